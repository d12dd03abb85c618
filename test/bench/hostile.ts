import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Generator, type Sent } from './load/generator.ts';
import { loadScript } from './load/load-script.ts';
import { machineShape } from './measure/machine.ts';
import { median } from './measure/statistics.ts';
import { receivers, start } from './receivers.ts';
import { writeSection } from './write-section.ts';

/**
 * What well-behaved associations notice of one hostile peer: the same load without it and beside it, in rounds that
 * alternate, on the service as shipped. The hostile peer has a process and an address of its own. `--write` puts the
 * table into docs/performance.md.
 */
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '7' },
    associations: { type: 'string', default: '8' },
    instances: { type: 'string', default: '400' },
    write: { type: 'boolean', default: false },
  },
});
const rounds = Number(values.rounds);
const associations = Number(values.associations);
const instances = Number(values.instances);
const pduBytes = 131_072;

const below = await mkdtemp(join(tmpdir(), 'bench-hostile-'));
const generator = Generator.prepare(below);
const script = loadScript({ modality: 'CT', rows: 100, columns: 100, frames: 1 }, pduBytes);
const running = await start(receivers.oursToDisk, join(below, 'receiver'), pduBytes);
let firstNumber = 0;

async function honest(): Promise<Sent> {
  const load = { script, associations, instancesPerAssociation: instances, firstNumber };
  firstNumber += load.associations * load.instancesPerAssociation;
  const sent = await generator.send(running.port, load);
  if (sent.failed > 0) throw new Error(`${sent.failed} instances of honest associations were refused`);
  return sent;
}

async function besideHostile(): Promise<{ readonly sent: Sent; readonly connections: number }> {
  const hostile = spawn(
    process.execPath,
    [join(import.meta.dirname, 'load/hostile-peer.ts'), '--port', `${running.port}`],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const exited = once(hostile, 'exit');
  await once(hostile.stdout, 'data');
  let said = '';
  hostile.stdout.on('data', (text) => {
    said += text;
  });
  const sent = await honest().finally(() => hostile.kill('SIGTERM'));
  await exited;
  return { sent, connections: Number(said) };
}

const attacks: number[] = [];
const alone: Sent[] = [];
const beside: Sent[] = [];
try {
  for (let warmUp = 0; warmUp < 3; warmUp++) await honest();
  for (let round = 0; round < rounds; round++) {
    alone.push(await honest());
    const { sent, connections } = await besideHostile();
    beside.push(sent);
    attacks.push(connections);
  }
} finally {
  await running.stop();
  await rm(below, { recursive: true, force: true });
}

const ratios = beside.map(({ p99Ms }, round) => p99Ms / (alone[round]?.p99Ms ?? Number.NaN));
const row = (name: string, all: readonly Sent[]): string => {
  const [p50, p99] = [median(all.map(({ p50Ms }) => p50Ms)), median(all.map(({ p99Ms }) => p99Ms))];
  return `| ${name} | ${p50.toFixed(2)} | ${p99.toFixed(2)} |`;
};
const report = [
  `Measured ${new Date().toISOString().slice(0, 10)} on ${machineShape()}, load average ${loadavg()[0]?.toFixed(1)}:`,
  `medians of ${rounds} alternating rounds, after 3 to warm up, of ${associations} associations that store ${instances} x 20 kB each.`,
  '',
  '| honest associations | median ms | p99 ms |',
  '| --- | --- | --- |',
  row('alone', alone),
  row(`beside a hostile peer (${median(attacks).toFixed(0)} connections a round)`, beside),
  '',
  `p99 beside : alone **${median(ratios).toFixed(2)}** (${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}).`,
].join('\n');
process.stdout.write(`${report}\n`);
if (values.write) await writeSection('hostile', report);
