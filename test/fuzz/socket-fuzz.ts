import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { openFilesOf, rssOf } from '../bench/measure/process-usage.ts';
import { ctInstances } from '../support/instances.ts';
import { ServiceProcess } from '../support/service-process.ts';
import { StoreScu } from '../support/store-scu.ts';
import { cut, mutate } from './mutate.ts';
import { Random } from './random.ts';
import { readSeeds } from './seeds.ts';

/**
 * Damaged sessions over real sockets against the real service in a process of its own: it goes on serving, its memory
 * stays flat, every descriptor comes back, and no bug is logged.
 */
const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '30' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    connections: { type: 'string', default: '32' },
  },
});
const rssGrowthLimit = 16 * 2 ** 20;
const seeds = readSeeds();
const strangers = seeds.flatMap(({ pdus }) => pdus);

/** One session, that ends as politely or rudely as chance has it. */
async function attack(port: number, random: Random): Promise<void> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.on('error', () => undefined).resume();
  const session = mutate(random.pick(seeds).pdus, strangers, random);
  for (const piece of cut(Buffer.concat(session), random).slice(0, 50)) {
    if (!socket.writable) break;
    socket.write(piece);
    if (random.onceIn(10)) await new Promise((resolve) => setImmediate(resolve));
  }
  const leave = random.pick([
    () => socket.resetAndDestroy(),
    () => socket.destroy(),
    () => socket.end(),
    () => undefined,
  ]);
  leave();
  await closed;
}

async function storesOne(port: number): Promise<void> {
  const [instance] = ctInstances(1);
  const scu = await StoreScu.associate({ port, ...instance });
  if ((await scu.store(instance)) !== 0) throw new Error('an honest instance was refused');
  await scu.release();
}

const folder = await mkdtemp(join(tmpdir(), 'socket-fuzz-'));
const service = await ServiceProcess.start({
  SCP_FOLDER: folder,
  // A heap that is cleared often: what grows all the same is kept by somebody.
  NODE_OPTIONS: '--max-semi-space-size=2 --max-old-space-size=128',
  SCP_LOG_LEVEL: 'info',
  SCP_ARTIM_TIMEOUT_MS: '200',
  SCP_IDLE_TIMEOUT_MS: '1000',
  SCP_IN_FLIGHT_TIMEOUT_MS: '1000',
});
const pid = service.child.pid ?? 0;
await storesOne(service.port);
const filesAtFirst = openFilesOf(pid);
const seed = Number(values.seed);
const begun = performance.now();
const seconds = Number(values.seconds);
const elapsed = (): number => (performance.now() - begun) / 1000;
let sessions = 0;
/** When every path is warm, a third of the time in. */
let rssAtFirst: number | undefined;
await Promise.all(
  Array.from({ length: Number(values.connections) }, async () => {
    while (elapsed() < seconds) {
      sessions += 1;
      await attack(service.port, new Random(Math.imul(seed, 0x9e3779b1) + sessions));
      if (elapsed() > seconds / 3) rssAtFirst ??= rssOf(pid);
    }
  }),
);
await storesOne(service.port);
for (let tries = 0; openFilesOf(pid) > filesAtFirst && tries < 100; tries++) await pause(100);

const grownBytes = rssOf(pid) - (rssAtFirst ?? 0);
const files = openFilesOf(pid);
const bugs = service.log.filter(({ event }) => event === 'bug');
const code = await service.stop();
await rm(folder, { recursive: true });
process.stdout.write(
  [
    `seed ${seed}: ${sessions} sessions in ${seconds} s, ${values.connections} at a time`,
    `descriptors ${filesAtFirst} before, ${files} after; memory grew by ${(grownBytes / 2 ** 20).toFixed(1)} MiB in the last two thirds`,
    `${bugs.length} bugs logged; exit code ${code}`,
    ...bugs.slice(0, 3).map((bug) => JSON.stringify(bug)),
    '',
  ].join('\n'),
);
if (bugs.length > 0 || code !== 0 || files > filesAtFirst || grownBytes > rssGrowthLimit) {
  process.exitCode = 1;
}
