import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Generator } from './load/generator.ts';
import { loadScript } from './load/load-script.ts';
import { emptyFiles } from './measure/empty-files.ts';
import { machineShape } from './measure/machine.ts';
import { median } from './measure/statistics.ts';
import { type Receiver, type Running, receivers, start } from './receivers.ts';
import { writeSection } from './write-section.ts';

/**
 * What it costs to tell of the receive path: the same path to a folder bare, with log and metrics, with the audit trail
 * as well, and with spans as well. Each has a bare twin, as warm as itself, and is held against it. `--write` puts the table
 * into docs/performance.md.
 */
const { values } = parseArgs({
  options: {
    generations: { type: 'string', default: '4' },
    rounds: { type: 'string', default: '5' },
    instances: { type: 'string', default: '250' },
    write: { type: 'boolean', default: false },
  },
});
const mostOverhead = 0.05;
const pduBytes = 131_072;
const figures = ['CPU ms/instance', 'instances/s'] as const;
/** After an association, spans are sent within that time, and belong to it. */
const settleMs = 400;
/** What ends an association is code as well, and as cold as the rest. */
const warmUp = { associations: 60, instances: 100 };
const generations = Number(values.generations);
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

const cpuSocketIn = (folder: string): string => join(folder, 'cpu.sock');
const { environment } = receivers.oursToDisk;
const telling = (name: string, mode: 'bare' | 'told', more: Readonly<Record<string, string>> = {}): Receiver => ({
  name,
  command: ({ folder }) => [
    process.execPath,
    join(import.meta.dirname, 'telemetry-service.ts'),
    mode,
    cpuSocketIn(folder),
  ],
  environment: (place) => ({ ...environment(place), ...more }),
});
const spans = { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_BSP_SCHEDULE_DELAY: '100' };
const audit = { SCP_AUDIT: 'json' };
const told = [
  // Two processes that do the same: how far they differ is what no row below can be read closer than.
  telling('nobody: the control', 'bare'),
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
/** Each with a bare twin of its own, which is sent as much and as often: whoever ran more lately is warmer. */
const pairs = told.map((receiver) => ({ receiver, bare: telling(`${receiver.name}: bare`, 'bare') }));
const all = pairs.flatMap(({ receiver, bare }) => [bare, receiver]);
interface RunningHere {
  readonly server: Running;
  readonly folder: string;
}
const running = new Map<Receiver, RunningHere>();
/** By load and receiver: each figure as a ratio to that of the twin in the same round. */
const taken = new Map<Load, Map<Receiver, Cost[]>>(loads.map((load) => [load, new Map()]));
const bareCosts = new Map<Load, Cost[]>(loads.map((load) => [load, []]));
const averages: number[] = [];
let sent = 0;

/** CPU time of a receiver so far, in µs. */
async function cpuOf(folder: string): Promise<number> {
  const socket = connect(cpuSocketIn(folder));
  return Number((await socket.toArray()).join(''));
}

function whereRuns(receiver: Receiver): RunningHere {
  const there = running.get(receiver);
  if (there === undefined) throw new Error(`${receiver.name} is not started`);
  return there;
}

/** Sends one association to a receiver that runs; resolves to the seconds that it took. */
async function send(receiver: Receiver, load: Load, instances: number): Promise<number> {
  const script = scripts.get(load);
  if (script === undefined) throw new Error(`no script for ${load.name}`);
  const { seconds, failed } = await generator.send(whereRuns(receiver).server.port, {
    script,
    associations: 1,
    instancesPerAssociation: instances,
    firstNumber: sent,
  });
  sent += instances;
  if (failed > 0) throw new Error(`${receiver.name} did not take ${failed} instances`);
  return seconds;
}

/** Sends one association to a receiver that runs, and looks at what it cost. */
async function costOf(receiver: Receiver, load: Load): Promise<Cost> {
  const { instances } = load;
  const { folder } = whereRuns(receiver);
  const before = await cpuOf(folder);
  const seconds = await send(receiver, load, instances);
  await pause(settleMs);
  const cpuMicros = (await cpuOf(folder)) - before;
  await forget(folder);
  averages.push(loadavg()[0] ?? Number.NaN);
  return { 'CPU ms/instance': cpuMicros / 1e3 / instances, 'instances/s': instances / seconds };
}

/** A just-in-time compiler needs a second, and a service lives for weeks. */
async function warm(receiver: Receiver): Promise<void> {
  for (const load of loads) {
    for (let association = 0; association < warmUp.associations; association++) {
      await send(receiver, load, warmUp.instances);
    }
    await pause(settleMs);
    await forget(whereRuns(receiver).folder);
  }
}

/** Leases come and go beside the batches. */
const forget = (folder: string): Promise<void> => emptyFiles(join(folder, 'batches'));

/** Starts every receiver anew, sends to each in turn, and stops them: no two processes of one program are alike. */
async function generation(number: number): Promise<void> {
  for (const [index, receiver] of all.entries()) {
    const folder = join(below, `receiver-${number}-${index}`);
    running.set(receiver, { server: await start(receiver, folder, pduBytes), folder });
    await warm(receiver);
  }
  for (let round = 0; round < rounds; round++) {
    for (const [load, costs] of taken) {
      for (const { receiver, bare } of pairs) {
        process.stderr.write(
          `\r${number + 1}/${generations}, round ${round + 1}: ${load.name}, ${receiver.name}\u001b[K`,
        );
        // Who comes first changes from round to round.
        const isBareFirst = round % 2 === 0;
        const first = await costOf(isBareFirst ? bare : receiver, load);
        const second = await costOf(isBareFirst ? receiver : bare, load);
        const [untold, cost] = isBareFirst ? [first, second] : [second, first];
        bareCosts.get(load)?.push(untold);
        const ratios = {
          'CPU ms/instance': cost['CPU ms/instance'] / untold['CPU ms/instance'],
          'instances/s': cost['instances/s'] / untold['instances/s'],
        };
        costs.set(receiver, [...(costs.get(receiver) ?? []), ratios]);
      }
    }
  }
}

const stopAll = async () => {
  await Promise.all([...running.values()].map(({ server }) => server.stop()));
  running.clear();
};
try {
  for (let number = 0; number < generations; number++) {
    await generation(number);
    await stopAll();
  }
} finally {
  await stopAll();
  collector.close();
  collector.closeAllConnections();
  await rm(below, { recursive: true, force: true });
}
process.stderr.write('\r\u001b[K');
if (received === 0) throw new Error('no span was sent: nothing was measured of them');

const quartiles = (values: readonly number[]): string => {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => (sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN).toFixed(2);
  return `**${median(values).toFixed(2)}** (${at(0.25)} to ${at(0.75)})`;
};
const rows = [...taken].flatMap(([load, costs]) =>
  told.map((receiver) => {
    const each = costs.get(receiver) ?? [];
    const shown = figures.map((figure) => quartiles(each.map((ratios) => ratios[figure])));
    const overhead = median(each.map((ratios) => ratios['CPU ms/instance'])) - 1;
    return `| ${load.name} | ${receiver.name} | ${shown.join(' | ')} | ${overhead <= mostOverhead ? 'within' : '**above**'} |`;
  }),
);
const bareShown = [...bareCosts].map(
  ([load, costs]) => `${median(costs.map((cost) => 1e3 * cost['CPU ms/instance'])).toFixed(0)} µs for ${load.name}`,
);
const report = [
  `Measured ${new Date().toISOString().slice(0, 10)} on ${machineShape()}: all receivers run side by side and are`,
  `sent in turn, started anew ${generations} times, in ${rounds} rounds each, ${count} images of 512 KiB and ${count * 5} of 20 kB on an association each, to a folder`,
  `without fsync, after ${warmUp.associations} associations of ${warmUp.instances} of each to warm up. Bare, an instance takes ${bareShown.join(' and ')} of CPU, all that comes after it included. Each receiver`,
  `has a bare twin that is sent the same just before or after it: ratios are to the twin; the median and the middle half of`,
  `the rounds are shown. The load average was ${median(averages).toFixed(1)} (${Math.min(...averages).toFixed(1)} to ${Math.max(...averages).toFixed(1)}).`,
  '',
  `| images | told | CPU an instance : bare | instances/s : bare | at most ${mostOverhead * 100} % more CPU |`,
  '| --- | --- | --- | --- | --- |',
  ...rows,
].join('\n');
process.stdout.write(`${report}\n`);
if (values.write) await writeSection('telemetry', report);
