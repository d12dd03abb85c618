import { batched } from '../../../cdk/cost/model.ts';
import { prices } from '../../../cdk/cost/prices.ts';
import { importWaits } from '../../../cdk/pipeline/import-waits.ts';
import { type Arrival, type QuotaScenario, type Served, serve } from './quota-world.ts';

const HOSPITALS = 100;
const BATCHES = 10_000;
const STAT_EVERY_MS = 60_000;
const STATS = 60;

/** 10,000 batches at once, most of them of one hospital, and a stat batch every minute of the hour that follows. */
export const flood: readonly Arrival[] = [
  ...Array.from({ length: BATCHES }, (_, index) => ({
    atMs: 0,
    route: `hospital-${index < BATCHES / 2 ? 0 : index % HOSPITALS}`,
    priority: 'routine' as const,
  })),
  ...Array.from({ length: STATS }, (_, index) => ({
    // Not in step with the dispatcher, which wakes at whole seconds.
    atMs: 30_000 + index * STAT_EVERY_MS + ((index * 397) % 1_000),
    route: 'emergency',
    priority: 'stat' as const,
  })),
];

export const quotas: Readonly<Record<string, Omit<QuotaScenario, 'arrivals'>>> = {
  "AWS's defaults": { startsPerSecond: 1, concurrentJobs: 100, jobMs: 60_000 },
  '10 times': { startsPerSecond: 10, concurrentJobs: 1_000, jobMs: 60_000 },
  '100 times': { startsPerSecond: 100, concurrentJobs: 10_000, jobMs: 60_000 },
};

export interface QuotaFigures {
  readonly name: string;
  readonly drainedMs: number;
  readonly statWorstMs: number;
  readonly statMedianMs: number;
  /** By when every hospital had its first batch started. */
  readonly everyHospitalMs: number;
  /** By when the hospitals were done that sent a hundredth of what the largest did. */
  readonly smallDoneMs: number;
  readonly refused: number;
  readonly transitionsPerBatch: number;
  readonly usdPerBatch: number;
}

const wait = ({ atMs, startedAtMs }: Served): number => startedAtMs - atMs;
const largest = (values: readonly number[]): number => values.reduce((max, value) => Math.max(max, value), 0);

/** Runs the flood at a quota. */
export async function measure(name: string, quota: Omit<QuotaScenario, 'arrivals'>): Promise<QuotaFigures> {
  const { served, refused } = await serve({ ...quota, arrivals: flood });
  const stat = served
    .filter(({ priority }) => priority === 'stat')
    .map(wait)
    .sort((a, b) => a - b);
  const routine = served.filter(({ priority }) => priority === 'routine');
  const firsts = Map.groupBy(routine, ({ route }) => route);
  // A batch that waits longer than its token takes three more steps to wait anew.
  const renewals = served.reduce(
    (sum, one) => sum + Math.floor(wait(one) / 1_000 / importWaits.eventTimeoutSeconds),
    0,
  );
  const transitionsPerBatch = batched.states.length + 1 + (renewals * 4) / served.length;
  return {
    name,
    drainedMs: largest(served.map(({ startedAtMs }) => startedAtMs)),
    statWorstMs: stat.at(-1) ?? 0,
    statMedianMs: stat[Math.floor(stat.length / 2)] ?? 0,
    everyHospitalMs: largest([...firsts.values()].map((all) => all[0]?.startedAtMs ?? 0)),
    smallDoneMs: largest(routine.filter(({ route }) => route !== 'hospital-0').map(({ startedAtMs }) => startedAtMs)),
    refused,
    transitionsPerBatch,
    usdPerBatch: transitionsPerBatch * prices.transition.usd,
  };
}
