import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Acceptor } from '../../service/dicom/acceptor.ts';
import { type Execution, execute } from './execution.ts';
import { Random } from './random.ts';
import { readSeeds } from './seeds.ts';

/**
 * Damaged sessions of real peers against the acceptor, in process. `--seconds` or `--runs` says how long; a failure
 * prints the run that `--seed` and `--only` repeat alone.
 */
const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    runs: { type: 'string' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    only: { type: 'string' },
  },
});

const seeds = readSeeds();
const strangers = seeds.flatMap(({ pdus }) => pdus);
const seed = Number(values.seed);
const runOf = (run: number, stopEarly = false): Execution =>
  execute(seeds, strangers, new Random(Math.imul(seed, 0x9e3779b1) + run), stopEarly);

/** What acceptors in the middle of a session may hold each, on average; and what may be left when they are gone. */
const heldBytesLimit = 128 * 1024;
const leakLimit = 16 * 2 ** 20;
const livingAcceptors = 1_000;

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');
function memoryInUse(): number {
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** No acceptor holds what a peer only announced. */
function checkHeldMemory(firstRun: number): number {
  const before = memoryInUse();
  const living: Acceptor[] = [];
  for (let run = 0; run < livingAcceptors; run++) living.push(runOf(firstRun + run, true).acceptor);
  const heldBytes = (memoryInUse() - before) / living.length;
  if (heldBytes > heldBytesLimit) throw new Error(`${heldBytes} bytes held by each acceptor`);
  return heldBytes;
}

if (values.only !== undefined) {
  process.stdout.write(`${runOf(Number(values.only)).outcome}\n`);
  process.exit(0);
}

const outcomes = new Map<string, number>();
const begun = performance.now();
const mostRuns = values.runs === undefined ? Number.POSITIVE_INFINITY : Number(values.runs);
const untilMs = values.runs === undefined ? begun + Number(values.seconds) * 1000 : Number.POSITIVE_INFINITY;
let pdus = 0;
let run = 0;
let mostHeldBytes = 0;
let firstInUse: number | undefined;
for (; run < mostRuns && performance.now() < untilMs; run++) {
  try {
    const execution = runOf(run);
    pdus += execution.pdus;
    outcomes.set(execution.outcome, (outcomes.get(execution.outcome) ?? 0) + 1);
    if (run % 200_000 === 50_000) {
      mostHeldBytes = Math.max(mostHeldBytes, checkHeldMemory(run));
      const inUse = memoryInUse();
      firstInUse ??= inUse;
      if (inUse - firstInUse > leakLimit) throw new Error(`${inUse - firstInUse} bytes more in use than at first`);
    }
  } catch (error) {
    process.stderr.write(`Run ${run} of seed ${seed} failed; repeat it with --seed ${seed} --only ${run}\n`);
    throw error;
  }
}
const seconds = (performance.now() - begun) / 1000;
const lines = [...outcomes]
  .sort(([, a], [, b]) => b - a)
  .map(([outcome, count]) => `${String(count).padStart(9)}  ${outcome}`);
process.stdout.write(
  [
    `seed ${seed}: ${run} sessions, ${pdus} PDUs in ${seconds.toFixed(0)} s, ${(run / seconds).toFixed(0)} sessions/s`,
    `at most ${Math.round(mostHeldBytes)} bytes held by an acceptor in mid-session, on average of ${livingAcceptors}`,
    `${outcomes.size} outcomes (state before the transport closed: ending, fault):`,
    ...lines,
    '',
  ].join('\n'),
);
