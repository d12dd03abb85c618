import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { ctInstances, type TestInstance } from '../support/instances.ts';
import { ServiceProcess } from '../support/service-process.ts';
import { StoreScu } from '../support/store-scu.ts';
import { machineShape } from './measure/machine.ts';
import { openFilesOf, peakRssOf, rssOf } from './measure/process-usage.ts';
import { median } from './measure/statistics.ts';
import { writeSection } from './write-section.ts';

/**
 * Many associations at once on the real service: all sending, all idle, and honest ones beside hostile ones. Says what
 * they cost, and that everything is given back. `--write` puts it into docs/performance.md.
 */
const { values } = parseArgs({
  options: {
    senders: { type: 'string', default: '1000' },
    idle: { type: 'string', default: '5000' },
    hostile: { type: 'string', default: '1' },
    write: { type: 'boolean', default: false },
  },
});
const [senders, idle, hostile] = [Number(values.senders), Number(values.idle), Number(values.hostile)];
const storesPerSender = 3;
const mebibyte = 2 ** 20;

const folder = await mkdtemp(join(tmpdir(), 'bench-crowd-'));
const service = await ServiceProcess.start({
  SCP_FOLDER: folder,
  SCP_FOLDER_FSYNC: 'false',
  SCP_LOG_LEVEL: 'info',
  SCP_MAX_ASSOCIATIONS: '10000',
  SCP_MAX_ASSOCIATIONS_PER_PEER: '10000',
  SCP_MAX_PENDING_CONNECTIONS: '1000',
  SCP_CONNECTIONS_PER_SECOND: '10000',
  SCP_CONNECTION_BURST: '10000',
});
const { port } = service;
const pid = service.child.pid ?? 0;

async function associate(instance: TestInstance): Promise<StoreScu> {
  return StoreScu.associate({ port, ...instance });
}

/** Latencies of an association that stores one image after the other, in milliseconds. */
async function latencies(instances: readonly TestInstance[]): Promise<readonly number[]> {
  const [first] = instances;
  if (first === undefined) return [];
  const scu = await associate(first);
  const taken: number[] = [];
  for (const instance of instances) {
    const begun = performance.now();
    if ((await scu.store(instance)) !== 0) throw new Error('an instance was refused');
    taken.push(performance.now() - begun);
  }
  await scu.release();
  return taken;
}

/** Until the service has closed what its peers have left. */
async function descriptorsBack(): Promise<number> {
  for (let tries = 0; openFilesOf(pid) > filesAtFirst && tries < 200; tries++) await pause(50);
  return Math.max(0, openFilesOf(pid) - filesAtFirst);
}

/** Sends PDU headers that promise much and bytes that mean nothing, over and over, as fast as they are taken. */
function attack(until: { over: boolean }): Promise<void> {
  const rounds = async () => {
    while (!until.over) {
      const socket: Socket = connect({ port, host: '127.0.0.1' });
      socket.on('error', () => undefined).resume();
      const closed = new Promise((resolve) => socket.once('close', resolve));
      await Promise.race([once(socket, 'connect').catch(() => undefined), closed]);
      socket.write(Buffer.from([1, 0, 0, 3, 0xff, 0xff]));
      for (let chunks = 0; chunks < 4 && socket.writable; chunks++) socket.write(Buffer.alloc(65_536, 0x41));
      socket.end();
      await closed;
    }
  };
  return rounds();
}

let uid = 1;
const newInstances = (count: number): readonly TestInstance[] => {
  uid += 10_000;
  return ctInstances(count, uid);
};
const [sample] = newInstances(1);
if (sample === undefined) throw new Error('no instance');

await latencies(newInstances(200));
const filesAtFirst = openFilesOf(pid);

const alone = await latencies(newInstances(500));
const attackers = { over: false };
const attacks = Array.from({ length: hostile }, () => attack(attackers));
const beside = await latencies(newInstances(500));
attackers.over = true;
await Promise.all(attacks);

const rssBeforeIdle = rssOf(pid);
const waiting: StoreScu[] = [];
while (waiting.length < idle) {
  waiting.push(...(await Promise.all(Array.from({ length: 100 }, () => associate(sample)))));
}
const rssOfIdle = rssOf(pid) - rssBeforeIdle;
await Promise.all(waiting.splice(0).map((scu) => scu.release()));
const leftByIdle = await descriptorsBack();

const sending = Array.from({ length: senders }, () => newInstances(storesPerSender));
const begun = performance.now();
await Promise.all(sending.map((instances) => latencies(instances)));
const seconds = (performance.now() - begun) / 1000;
const leftBySenders = await descriptorsBack();
const peak = peakRssOf(pid);
const bugs = service.log.filter(({ event }) => event === 'bug').length;
const code = await service.stop();
await rm(folder, { recursive: true });

const percentile99 = (all: readonly number[]): number =>
  all.toSorted((a, b) => a - b)[Math.floor(all.length * 0.99)] ?? 0;
const line = (...cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
const report = [
  `Measured ${new Date().toISOString().slice(0, 10)} on ${machineShape()}.`,
  '',
  line('what', 'figure'),
  line('---', '---'),
  line(`${idle} idle associations`, `${(rssOfIdle / idle / 1024).toFixed(1)} KiB each`),
  line(
    `${senders} associations sending ${storesPerSender} images each, at once`,
    `${((senders * storesPerSender) / seconds).toFixed(0)} images/s, none refused`,
  ),
  line('most memory resident', `${(peak / mebibyte).toFixed(0)} MiB`),
  line('descriptors not given back', `${leftByIdle + leftBySenders}`),
  line('an image, alone', `median ${median(alone).toFixed(2)} ms, p99 ${percentile99(alone).toFixed(2)} ms`),
  line(
    `an image, beside ${hostile} hostile peer`,
    `median ${median(beside).toFixed(2)} ms, p99 ${percentile99(beside).toFixed(2)} ms`,
  ),
].join('\n');
process.stdout.write(`${report}\n`);
if (values.write) await writeSection('crowd', report);
if (bugs > 0 || code !== 0 || leftByIdle + leftBySenders > 0) process.exitCode = 1;
