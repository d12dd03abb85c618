import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { calm, startS3Site } from './s3-site.ts';
import { slopeOf } from './slope.ts';
import { Trial } from './trial.ts';

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '30' }, seed: { type: 'string', default: '1' } },
});

const SAMPLE_INTERVAL_MS = 5_000;
/** Senders without a rest would leave more behind in half an hour than can be read again in minutes. */
const REST_MS = 100;
const MIB = 1024 * 1024;
/** What a heap needs to come to its size. */
const WARM_UP_SHARE = 0.25;
/** Growth over the whole run beyond which something leaks. */
const MAX_GROWTH_MIB = 32;
const MAX_GROWTH_DESCRIPTORS = 16;
/** Within so many samples the collector has been by: the least of them is what is really in use. */
const SAMPLES_A_FLOOR = 24;

interface Sample {
  readonly atMs: number;
  readonly rssMib: number;
  /** Of the heap and of what hangs on it, without the pool of the store; it falls with each collection. */
  readonly usedMib: number;
  /** Of the pool of the store, which never shrinks: its budget bounds it. */
  readonly poolMib: number;
  readonly descriptors: number;
}

const seed = Number(values.seed);
const site = await startS3Site();
const trial = new Trial({ environment: site.environment, store: site.store, senders: 4, seed, restMs: REST_MS });
const replica = await trial.startReplica();
const { pid } = replica.child;
const { random } = trial;

async function sample(startedMs: number): Promise<Sample> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const rssKib = Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]);
  const descriptors = (await readdir(`/proc/${pid}/fd`)).length;
  const metrics = await (await fetch(`http://127.0.0.1:${replica.adminPort}/metrics`)).text();
  const bytesOf = (name: string) => Number(new RegExp(`^${name} (\\d+)`, 'm').exec(metrics)?.[1]);
  const poolBytes = bytesOf('dicom_store_scp_store_buffer_kept_bytes');
  const usedBytes = bytesOf('nodejs_heap_size_used_bytes') + bytesOf('nodejs_external_memory_bytes') - poolBytes;
  return {
    atMs: performance.now() - startedMs,
    rssMib: (rssKib * 1024) / MIB,
    usedMib: usedBytes / MIB,
    poolMib: poolBytes / MIB,
    descriptors,
  };
}

/** Faults of every kind, each for some seconds, with as long a rest after it. */
async function disturb(isOver: () => boolean): Promise<void> {
  const faults = [
    () => site.disturb(() => (random.chance(0.3) ? { kind: 'error', code: 'SlowDown', when: 'before' } : undefined)),
    () => site.disturb(() => (random.chance(0.1) ? { kind: 'lose-answer' } : undefined)),
    () => site.disturb(() => (random.chance(0.05) ? { kind: 'stall-request', afterBytes: 4_096 } : undefined)),
    () => site.proxy.change({ type: 'down' }),
    () => site.proxy.change({ type: 'stalled' }),
    () => site.proxy.change({ type: 'cut', afterBytes: () => random.between(10_000, 1_000_000) }),
  ];
  while (!isOver()) {
    faults[random.between(0, faults.length - 1)]?.();
    await sleep(random.between(1_000, 5_000));
    site.disturb(calm);
    site.proxy.change({ type: 'clear' });
    await sleep(random.between(1_000, 5_000));
  }
}

const startedMs = performance.now();
const untilMs = startedMs + Number(values.minutes) * 60_000;
const isOver = () => performance.now() >= untilMs;
const disturbing = disturb(isOver);
const samples: Sample[] = [];
while (!isOver()) {
  await sleep(SAMPLE_INTERVAL_MS);
  const now = await sample(startedMs);
  samples.push(now);
  const { sent, acknowledged, refused } = trial.load;
  const seconds = (now.atMs / 1_000).toFixed(0).padStart(6);
  console.log(
    `${seconds} s ${now.rssMib.toFixed(1).padStart(7)} MiB, ${now.usedMib.toFixed(1).padStart(6)} in use, ${now.poolMib.toFixed(1).padStart(6)} pool ${String(now.descriptors).padStart(4)} descriptors  sent ${sent}, acknowledged ${acknowledged.size}, refused ${refused}`,
  );
}
await disturbing;

const warm = samples.slice(Math.floor(samples.length * WARM_UP_SHARE));
const spanMs = (warm.at(-1)?.atMs ?? 0) - (warm[0]?.atMs ?? 0);
const growth = (of: (one: Sample) => number, over = warm): number =>
  slopeOf(over.map((one) => [one.atMs, of(one)])) * spanMs;
const floors = Array.from({ length: Math.floor(warm.length / SAMPLES_A_FLOOR) }, (_, index) =>
  warm
    .slice(index * SAMPLES_A_FLOOR, (index + 1) * SAMPLES_A_FLOOR)
    .reduce((least, one) => (one.usedMib < least.usedMib ? one : least)),
);
const resident = growth(({ rssMib, poolMib }) => rssMib - poolMib);
const used = growth(({ usedMib }) => usedMib, floors);
const descriptors = growth(({ descriptors }) => descriptors);
const isFlat = Math.max(resident, used) < MAX_GROWTH_MIB && descriptors < MAX_GROWTH_DESCRIPTORS;
console.log(
  `${isFlat ? 'flat' : 'NOT FLAT'}: ${resident.toFixed(1)} MiB resident beside the pool, ${used.toFixed(1)} MiB in use and ${descriptors.toFixed(1)} descriptors over ${(spanMs / 60_000).toFixed(1)} minutes by linear regression`,
);

const { problems, ...figures } = await trial.end();
await site.close();
console.log(JSON.stringify(figures));
for (const problem of problems.slice(0, 20)) console.log(`BROKEN ${problem}`);
process.exitCode = isFlat && problems.length === 0 ? 0 : 1;
