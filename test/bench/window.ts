import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ctInstances } from '../support/instances.ts';
import { StoreScu } from '../support/store-scu.ts';
import { machineShape } from './measure/machine.ts';
import { median } from './measure/statistics.ts';
import { discardingSlowly, start } from './receivers.ts';
import { S3Drains } from './s3/s3-drain.ts';
import { serviceTo } from './s3/store-receivers.ts';
import { writeSection } from './write-section.ts';

/**
 * One association to a store that takes 25 ms for each instance: with one operation outstanding, and with eight, as
 * negotiated (PS3.7 D.3.3.3). Once it is a sink that only waits, and once the whole service before an S3 that takes so
 * long for each request. `--write` puts the table into docs/performance.md.
 */
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    instances: { type: 'string', default: '200' },
    write: { type: 'boolean', default: false },
  },
});
const latencyMs = 25;
const windows = [1, 8] as const;
const leastGain = 5;
const count = Number(values.instances);

/** Instances a second, with as many outstanding as the window allows. */
async function rate(port: number, asyncWindow: number, instances: ReturnType<typeof ctInstances>): Promise<number> {
  const [first] = instances;
  if (first === undefined) throw new Error('no instances');
  const scu = await StoreScu.associate({ port, ...first, asyncWindow });
  const answered = async () => {
    const status = await scu.answer();
    if (status !== 0) throw new Error(`answered with ${status}`);
  };
  const begun = performance.now();
  for (const [index, instance] of instances.entries()) {
    if (index >= asyncWindow) await answered();
    await scu.send(instance);
  }
  for (let left = Math.min(asyncWindow, instances.length); left > 0; left--) await answered();
  const seconds = (performance.now() - begun) / 1000;
  await scu.release();
  return instances.length / seconds;
}

const below = await mkdtemp(join(tmpdir(), 'bench-window-'));
const drain = await S3Drains.prepare(below).start(latencyMs);
const most = Math.max(...windows);
const stores = [
  { name: 'a sink that waits', receiver: discardingSlowly(latencyMs, most) },
  { name: 'the service, to S3', receiver: serviceTo(drain, 'ours, to a slow S3', { SCP_ASYNC_WINDOW: `${most}` }) },
];
const rows: { readonly name: string; readonly alone: number; readonly together: number }[] = [];
try {
  for (const { name, receiver } of stores) {
    const running = await start(receiver, join(below, `${rows.length}`), 131_072);
    const rates = new Map<number, number[]>(windows.map((window) => [window, []]));
    let made = 0;
    try {
      for (let round = 0; round < Number(values.rounds); round++) {
        for (const [window, taken] of rates) {
          // Instances that are there already would not be stored again.
          const instances = ctInstances(count, 1 + made++ * 2 * (count + 10));
          taken.push(await rate(running.port, window, instances));
        }
      }
    } finally {
      await running.stop();
    }
    const [alone = Number.NaN, together = Number.NaN] = [...rates.values()].map(median);
    rows.push({ name, alone, together });
  }
} finally {
  await drain.stop();
  await rm(below, { recursive: true, force: true });
}

const report = [
  `Measured ${new Date().toISOString().slice(0, 10)} on ${machineShape()}: medians of ${values.rounds} rounds of`,
  `${count} CT images on one association; ${latencyMs} ms pass before the sink, or S3, answers.`,
  '',
  `| store | instances/s with 1 outstanding | with ${most} | gain, at least ${leastGain} x wanted |`,
  '| --- | --- | --- | --- |',
  ...rows.map(
    ({ name, alone, together }) =>
      `| ${name} | ${alone.toFixed(0)} | ${together.toFixed(0)} | **${(together / alone).toFixed(1)} x** |`,
  ),
].join('\n');
process.stdout.write(`${report}\n`);
if (values.write) await writeSection('window', report);
if (rows.some(({ alone, together }) => together < leastGain * alone)) process.exitCode = 1;
