import { batched } from '../../../cdk/cost/model.ts';
import { prices } from '../../../cdk/cost/prices.ts';
import { importWaits } from '../../../cdk/pipeline/import-waits.ts';
import { type Arrival, type QuotaScenario, type Served, serve } from './quota-world.ts';

export interface Flood {
  readonly batches: number;
  readonly hospitals: number;
  /** For how many minutes urgent batches come, and how many together. */
  readonly statMinutes: number;
  readonly statsTogether: number;
}

const STAT_EVERY_MS = 60_000;

/** Batches that come at once, half of them of one hospital, and stat batches every minute from then on. */
export const floodOf = ({ batches, hospitals, statMinutes, statsTogether }: Flood): readonly Arrival[] => [
  ...Array.from({ length: batches }, (_, index) => ({
    atMs: 0,
    route: `hospital-${index < batches / 2 ? 0 : index % hospitals}`,
    priority: 'routine' as const,
  })),
  ...Array.from({ length: statMinutes * statsTogether }, (_, index) => {
    const minute = Math.floor(index / statsTogether);
    return {
      // Not in step with the dispatcher, which wakes at whole seconds.
      atMs: 30_000 + minute * STAT_EVERY_MS + ((minute * 397) % 1_000),
      route: 'emergency',
      priority: 'stat' as const,
    };
  }),
];

const flood = floodOf({ batches: 10_000, hospitals: 100, statMinutes: 60, statsTogether: 1 });

export const quotas: Readonly<Record<string, Omit<QuotaScenario, 'arrivals'>>> = {
  "AWS's defaults": { startsPerSecond: 1, concurrentJobs: 100, jobMs: 60_000 },
  '10 times': { startsPerSecond: 10, concurrentJobs: 1_000, jobMs: 60_000 },
  '100 times': { startsPerSecond: 100, concurrentJobs: 10_000, jobMs: 60_000 },
};

export interface QuotaFigures {
  readonly name: string;
  /** By when everything was started that came at once. */
  readonly floodDoneMs: number;
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
    floodDoneMs: largest(routine.map(({ startedAtMs }) => startedAtMs)),
    statWorstMs: stat.at(-1) ?? 0,
    statMedianMs: stat[Math.floor(stat.length / 2)] ?? 0,
    everyHospitalMs: largest([...firsts.values()].map((all) => all[0]?.startedAtMs ?? 0)),
    smallDoneMs: largest(routine.filter(({ route }) => route !== 'hospital-0').map(({ startedAtMs }) => startedAtMs)),
    refused,
    transitionsPerBatch,
    usdPerBatch: transitionsPerBatch * prices.transition.usd,
  };
}
