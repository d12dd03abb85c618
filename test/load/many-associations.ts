import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ctInstances, type TestInstance } from '../support/instances.ts';
import { type ListeningService, ServiceProcess } from '../support/service-process.ts';
import { StoreScu } from '../support/store-scu.ts';

/**
 * Many associations at a time against the real service with a folder store: idle ones and what each costs, sending ones
 * and whether any is stuck, and what honest ones notice of hostile ones. Prints figures; fails when something is lost.
 */
const { values } = parseArgs({
  options: {
    idle: { type: 'string', default: '5000' },
    sending: { type: 'string', default: '1000' },
    instances: { type: 'string', default: '5' },
  },
});

const WAVE = 100;
const HONEST = 8;
const INSTANCES_EACH = 100;
const print = (line: string) => process.stdout.write(`${line}\n`);
const [sample] = ctInstances(1);

/** Instances of a study that no other association sends. */
const studyOf = (association: number, count: number): TestInstance[] =>
  ctInstances(count, 1_000_000 * (association + 1));

async function start(folder: string): Promise<ListeningService> {
  return ServiceProcess.start({
    SCP_FOLDER: folder,
    SCP_FOLDER_FSYNC: 'false',
    SCP_LOG_LEVEL: 'info',
    SCP_MAX_ASSOCIATIONS: '10000',
    SCP_MAX_ASSOCIATIONS_PER_PEER: '10000',
    SCP_MAX_PENDING_CONNECTIONS: '10000',
    SCP_CONNECTION_BURST: '100000',
    SCP_CONNECTIONS_PER_SECOND: '100000',
  });
}

async function residentKib({ child }: ServiceProcess, field: 'VmRSS' | 'VmHWM' = 'VmRSS'): Promise<number> {
  const status = await readFile(`/proc/${child.pid}/status`, 'utf8');
  return Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(status)?.[1]);
}

const openFiles = async ({ child }: ServiceProcess) => (await readdir(`/proc/${child.pid}/fd`)).length;

/** Resolves when as many associations have ended as were begun. */
async function allEnded(service: ServiceProcess): Promise<void> {
  const count = (name: string) => service.log.filter(({ event }) => event === name).length;
  while (count('association-ended') < count('association-accepted')) {
    await service.logged('association-ended', () => count('association-ended') === count('association-accepted'));
  }
}

async function associateMany(service: ListeningService, count: number): Promise<StoreScu[]> {
  const open: StoreScu[] = [];
  while (open.length < count) {
    const wave = Array.from({ length: Math.min(WAVE, count - open.length) }, () =>
      StoreScu.associate({ port: service.port, ...sample }),
    );
    open.push(...(await Promise.all(wave)));
  }
  return open;
}

async function idle(service: ListeningService, count: number): Promise<void> {
  await Promise.all((await associateMany(service, WAVE)).map((scu) => scu.release()));
  await allEnded(service);
  const [files, beforeKib] = [await openFiles(service), await residentKib(service)];
  const open = await associateMany(service, count);
  const afterKib = await residentKib(service);
  print(`${count} idle associations: ${((afterKib - beforeKib) / count).toFixed(1)} KiB each, ${afterKib} KiB in all`);
  for (let at = 0; at < open.length; at += WAVE) {
    await Promise.all(open.slice(at, at + WAVE).map((scu) => scu.release()));
  }
  await allEnded(service);
  print(`file descriptors: ${files} before, ${await openFiles(service)} after`);
}

async function sending(service: ListeningService, count: number, instances: number): Promise<void> {
  const files = await openFiles(service);
  const open = await associateMany(service, count);
  const statuses = await Promise.all(
    open.map(async (scu, of) => {
      const answers: number[] = [];
      for (const instance of studyOf(of, instances)) answers.push(await scu.store(instance));
      await scu.release();
      return answers;
    }),
  );
  const stored = statuses.flat().filter((status) => status === 0).length;
  await allEnded(service);
  print(
    `${count} sending associations: ${stored} of ${count * instances} stored, peak ${await residentKib(service, 'VmHWM')} KiB`,
  );
  print(`file descriptors: ${files} before, ${await openFiles(service)} after`);
  if (stored !== count * instances) process.exitCode = 1;
}

/** The slowest hundredth of what honest associations wait for an answer, in milliseconds. */
async function honestP99(service: ListeningService, round: number): Promise<number> {
  const open = await associateMany(service, HONEST);
  const waits = await Promise.all(
    open.map(async (scu, of) => {
      const waitedMs: number[] = [];
      for (const instance of studyOf(100_000 + round * HONEST + of, INSTANCES_EACH)) {
        const startedMs = performance.now();
        const status = await scu.store(instance);
        if (status !== 0) throw new Error(`an honest association was answered ${status}`);
        waitedMs.push(performance.now() - startedMs);
      }
      await scu.release();
      return waitedMs;
    }),
  );
  const sorted = waits.flat().sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN;
}

/** Attacks until it is told to stop: a data set that trickles, garbage, and headers of 4 GiB, over and over. */
async function attack(service: ListeningService, isOver: () => boolean): Promise<number> {
  const shots = [
    Uint8Array.from({ length: 1_024 }, (_, at) => (at * 31 + 0x42) & 0xff),
    Uint8Array.from([0x01, 0, 0xff, 0xff, 0xff, 0xff]),
  ];
  const slow = await StoreScu.associate({ port: service.port, ...sample });
  await slow.sendPartOf(sample);
  let connections = 0;
  while (!isOver()) {
    const socket = connect(service.port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(shots[connections % shots.length] ?? new Uint8Array());
    await once(socket.resume(), 'data').catch(() => undefined);
    socket.destroy();
    connections += 1;
  }
  slow.destroy();
  return connections;
}

async function hostile(service: ListeningService): Promise<void> {
  await honestP99(service, 0);
  for (let round = 1; round <= 3; round++) {
    const alone = await honestP99(service, 2 * round);
    let over = false;
    const attacking = attack(service, () => over);
    const attacked = await honestP99(service, 2 * round + 1);
    over = true;
    const connections = await attacking;
    print(
      `p99 of ${HONEST} honest associations: ${alone.toFixed(1)} ms alone, ${attacked.toFixed(1)} ms beside a hostile peer with ${connections} connections`,
    );
  }
}

const folder = await mkdtemp(join(tmpdir(), 'many-associations-'));
const service = await start(folder);
try {
  await idle(service, Number(values.idle));
  await sending(service, Number(values.sending), Number(values.instances));
  await hostile(service);
} finally {
  await service.stop('SIGKILL');
  await rm(folder, { recursive: true });
}
