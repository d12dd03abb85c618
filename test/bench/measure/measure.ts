import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import type { Generator, Sent } from '../load/generator.ts';
import type { LoadScript } from '../load/load-script.ts';
import { type Receiver, start } from '../receivers.ts';
import type { Figure, Workload } from '../workloads.ts';
import { emptyFiles } from './empty-files.ts';
import { cpuSecondsOf, peakRssOf, rssOf } from './process-usage.ts';
import { median } from './statistics.ts';

/** What one receiver did with one workload, once. */
export interface Measurement {
  readonly figures: Readonly<Record<Figure, number>>;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly idleRssBytes: number;
  readonly peakRssBytes: number;
}

const gigabyte = 1e9;
/** What only the end of an association brings about has to be warm as well, or it cools the rest. */
const WARM_UP_ASSOCIATIONS = 10;

/** Starts the receiver, warms it up, sends it the workload, and looks at what that cost it. */
export async function measure(
  receiver: Receiver,
  workload: Workload,
  pduBytes: number,
  script: LoadScript,
  generator: Generator,
  below: string,
): Promise<Measurement> {
  const folder = await mkdtemp(join(below, 'receiver-'));
  const running = await start(receiver, folder, pduBytes);
  try {
    const { associations, warmUp, times = 1 } = workload;
    const share = receiver.share ?? 1;
    const instancesPerAssociation = Math.max(1, Math.round(workload.instancesPerAssociation * share));
    const instances = associations * instancesPerAssociation;
    const warmUpInstances = Math.round(warmUp * share);
    const idleRssBytes = rssOf(running.pid);
    const each = Math.ceil(warmUpInstances / WARM_UP_ASSOCIATIONS);
    for (let sent = 0; sent < warmUpInstances; sent += each) {
      const load = { script, associations: 1, instancesPerAssociation: each, firstNumber: sent };
      await generator.send(running.port, load);
    }
    const before = cpuSecondsOf(running.pid);
    const runs: Sent[] = [];
    for (let run = 0; run < times; run++) {
      const firstNumber = each * WARM_UP_ASSOCIATIONS + run * instances;
      const sent = await generator.send(running.port, { script, associations, instancesPerAssociation, firstNumber });
      if (sent.failed > 0) throw new Error(`${receiver.name} did not take ${sent.failed} of "${workload.name}"`);
      runs.push(sent);
    }
    const cpuSeconds = (cpuSecondsOf(running.pid) - before) / times;
    const middle = (figureOf: (sent: Sent) => number) => median(runs.map(figureOf));
    const bytes = instances * script.instanceBytes;
    return {
      figures: {
        'MB/s': middle(({ seconds }) => bytes / 1e6 / seconds),
        'instances/s': middle(({ seconds }) => instances / seconds),
        'CPU s/GB': cpuSeconds / (bytes / gigabyte),
        'CPU ms/instance': (cpuSeconds * 1e3) / instances,
      },
      p50Ms: middle(({ p50Ms }) => p50Ms),
      p99Ms: middle(({ p99Ms }) => p99Ms),
      idleRssBytes,
      peakRssBytes: peakRssOf(running.pid),
    };
  } finally {
    await running.stop();
    await emptyFiles(folder);
  }
}
