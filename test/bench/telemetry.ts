import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Generator } from './load/generator.ts';
import { loadScript } from './load/load-script.ts';
import { emptyFiles } from './measure/empty-files.ts';
import { machineShape } from './measure/machine.ts';
import { cpuSecondsOf } from './measure/process-usage.ts';
import { median } from './measure/statistics.ts';
import { type Receiver, type Running, receivers, start } from './receivers.ts';
import { writeSection } from './write-section.ts';

/**
 * What it costs to tell of the receive path: the same path to a folder bare, with log and metrics, with the audit trail
 * as well, and with spans as well, in turn in the same run. `--write` puts the table into docs/performance.md.
 */
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    instances: { type: 'string', default: '1000' },
    write: { type: 'boolean', default: false },
  },
});
const mostOverhead = 0.05;
const pduBytes = 131_072;
const figures = ['CPU ms/instance', 'instances/s'] as const;
const rounds = Number(values.rounds);
const count = Number(values.instances);

/** Takes spans and forgets them. */
let received = 0;
const collector = createServer((request, response) => {
  request.resume().on('end', () => {
    received += 1;
    response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
  });
});
collector.listen(0, '127.0.0.1');
await once(collector, 'listening');
const endpoint = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;

const { environment } = receivers.oursToDisk;
const telling = (name: string, mode: 'bare' | 'told', more: Readonly<Record<string, string>> = {}): Receiver => ({
  name,
  command: () => [process.execPath, join(import.meta.dirname, 'telemetry-service.ts'), mode],
  environment: (place) => ({ ...environment(place), ...more }),
});
const spans = { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint };
const audit = { SCP_AUDIT: 'json' };
const bare = telling('bare', 'bare');
const told = [
  telling('log and metrics', 'told'),
  telling('log, metrics and audit', 'told', audit),
  telling('log, metrics, audit and every span', 'told', { ...audit, ...spans }),
  telling('the same, one association in ten sampled', 'told', {
    ...audit,
    ...spans,
    OTEL_TRACES_SAMPLER: 'traceidratio',
    OTEL_TRACES_SAMPLER_ARG: '0.1',
  }),
];

const loads = [
  { name: '512 KiB', image: { modality: 'CT', rows: 512, columns: 512, frames: 1 }, instances: count },
  { name: '20 kB', image: { modality: 'CT', rows: 100, columns: 100, frames: 1 }, instances: count * 5 },
] as const;
type Load = (typeof loads)[number];
type Cost = Readonly<Record<(typeof figures)[number], number>>;

const below = await mkdtemp(join(tmpdir(), 'bench-telemetry-'));
const generator = Generator.prepare(below);
const scripts = new Map(loads.map((load) => [load, loadScript(load.image, pduBytes)]));
const all = [bare, ...told];
const running = new Map<Receiver, { readonly server: Running; readonly folder: string }>();
const taken = new Map<Load, Map<Receiver, Cost[]>>(loads.map((load) => [load, new Map()]));
const averages: number[] = [];
let sent = 0;

/** Sends one association to a receiver that runs, and looks at what it cost. */
async function costOf(receiver: Receiver, load: Load): Promise<Cost> {
  const there = running.get(receiver);
  const script = scripts.get(load);
  if (there === undefined || script === undefined) throw new Error('not started');
  const { pid, port } = there.server;
  const before = cpuSecondsOf(pid);
  const { seconds, failed } = await generator.send(port, {
    script,
    associations: 1,
    instancesPerAssociation: load.instances,
    firstNumber: sent,
  });
  sent += load.instances;
  if (failed > 0) throw new Error(`${receiver.name} did not take ${failed} instances`);
  const cpuSeconds = cpuSecondsOf(pid) - before;
  // Leases come and go beside them.
  await emptyFiles(join(there.folder, 'batches'));
  averages.push(loadavg()[0] ?? Number.NaN);
  return { 'CPU ms/instance': (cpuSeconds * 1e3) / load.instances, 'instances/s': load.instances / seconds };
}

try {
  for (const [index, receiver] of all.entries()) {
    const folder = join(below, `receiver-${index}`);
    running.set(receiver, { server: await start(receiver, folder, pduBytes), folder });
    // A just-in-time compiler needs a second, and a service lives for weeks.
    for (const load of loads) await costOf(receiver, load);
  }
  for (let round = 0; round < rounds; round++) {
    for (const [load, costs] of taken) {
      // Who comes first changes from round to round.
      const turn = round % all.length;
      for (const receiver of [...all.slice(turn), ...all.slice(0, turn)]) {
        process.stderr.write(`\rround ${round + 1}/${rounds}: ${load.name}, ${receiver.name}\u001b[K`);
        costs.set(receiver, [...(costs.get(receiver) ?? []), await costOf(receiver, load)]);
      }
    }
  }
} finally {
  await Promise.all([...running.values()].map(({ server }) => server.stop()));
  collector.close();
  collector.closeAllConnections();
  await rm(below, { recursive: true, force: true });
}
process.stderr.write('\r\u001b[K');
if (received === 0) throw new Error('no span was sent: nothing was measured of them');

const rows = [...taken].flatMap(([load, costs]) =>
  told.map((receiver) => {
    const ratios = figures.map((figure) => {
      const bareFigures = (costs.get(bare) ?? []).map((cost) => cost[figure]);
      const each = (costs.get(receiver) ?? []).map((cost, round) => cost[figure] / (bareFigures[round] ?? Number.NaN));
      return { middle: median(each), least: Math.min(...each), most: Math.max(...each) };
    });
    const shown = ratios.map(
      ({ middle, least, most }) => `**${middle.toFixed(2)}** (${least.toFixed(2)} to ${most.toFixed(2)})`,
    );
    const overhead = (ratios[0]?.middle ?? Number.NaN) - 1;
    return `| ${load.name} | ${receiver.name} | ${shown.join(' | ')} | ${overhead <= mostOverhead ? 'within' : '**above**'} |`;
  }),
);
const report = [
  `Measured ${new Date().toISOString().slice(0, 10)} on ${machineShape()}: all receivers run side by side and are`,
  `sent in turn, in ${rounds} rounds, ${count} images of 512 KiB and ${count * 5} of 20 kB on an association each, to a folder`,
  `without fsync. Ratios are taken round by round; the median,`,
  `the least and the most of the rounds are shown. The load average was ${median(averages).toFixed(1)} (${Math.min(...averages).toFixed(1)} to ${Math.max(...averages).toFixed(1)}).`,
  '',
  `| images | told | CPU an instance : bare | instances/s : bare | at most ${mostOverhead * 100} % more CPU |`,
  '| --- | --- | --- | --- | --- |',
  ...rows,
].join('\n');
process.stdout.write(`${report}\n`);
if (values.write) await writeSection('telemetry', report);
