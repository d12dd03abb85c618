import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ctInstances } from '../support/instances.ts';
import { StoreScu } from '../support/store-scu.ts';
import { machineShape } from './measure/machine.ts';
import { median } from './measure/statistics.ts';
import { discardingSlowly, start } from './receivers.ts';
import { writeSection } from './write-section.ts';

/**
 * One association to a store that takes 25 ms for each instance, as S3 does: with one operation outstanding, and with
 * eight, as negotiated (PS3.7 D.3.3.3). `--write` puts the table into docs/performance.md.
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

/** Instances a second, with as many outstanding as the window allows. */
async function rate(port: number, asyncWindow: number, count: number): Promise<number> {
  const instances = ctInstances(count);
  const [first] = instances;
  if (first === undefined) throw new Error('no instances');
  const scu = await StoreScu.associate({ port, ...first, asyncWindow });
  const begun = performance.now();
  for (const [index, instance] of instances.entries()) {
    if (index >= asyncWindow) await scu.answer();
    await scu.send(instance);
  }
  for (let left = Math.min(asyncWindow, count); left > 0; left--) await scu.answer();
  const seconds = (performance.now() - begun) / 1000;
  await scu.release();
  return count / seconds;
}

const folder = await mkdtemp(join(tmpdir(), 'bench-window-'));
const receiver = discardingSlowly(latencyMs, Math.max(...windows));
const running = await start(receiver, folder, 131_072);
const rates = new Map<number, number[]>(windows.map((window) => [window, []]));
try {
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const [window, taken] of rates) taken.push(await rate(running.port, window, Number(values.instances)));
  }
} finally {
  await running.stop();
  await rm(folder, { recursive: true, force: true });
}

const [alone = Number.NaN, together = Number.NaN] = [...rates.values()].map(median);
const report = [
  `Measured ${new Date().toISOString().slice(0, 10)} on ${machineShape()}: medians of ${values.rounds} rounds of`,
  `${values.instances} CT images on one association, each stored ${latencyMs} ms after it has arrived.`,
  '',
  '| operations outstanding | instances/s |',
  '| --- | --- |',
  ...[...rates].map(([window, taken]) => `| ${window} | ${median(taken).toFixed(0)} |`),
  '',
  `Gain: **${(together / alone).toFixed(1)} x**, at least ${leastGain} x wanted.`,
].join('\n');
process.stdout.write(`${report}\n`);
if (values.write) await writeSection('window', report);
if (together < leastGain * alone) process.exitCode = 1;
