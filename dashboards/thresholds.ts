import { deployment } from '../core/deployment.ts';
import { importJobLimits } from '../core/healthimaging.ts';

/** One pair of windows of an alert on the speed at which an error budget is used up. */
export interface BurnRate {
  /** How many times faster than the budget allows. */
  readonly factor: number;
  readonly longSeconds: number;
  readonly shortSeconds: number;
  readonly forSeconds: number;
  readonly severity: 'critical' | 'warning';
}

/** A promise about a share of events. */
export interface Objective {
  /** Share of events that are to be good, 0 to 1. */
  readonly target: number;
  /** An event is good when it is done within this time: a bucket of the histogram. */
  readonly withinSeconds: number;
  /** Fewer events than this in the long window raise no alert: one of three is no trend. */
  readonly minEvents: number;
}

/**
 * Every number that alerts and the thresholds of panels are made from. Durations and windows are in seconds, ratios
 * from 0 to 1. Counts are of events in `windowSeconds`.
 */
export interface Thresholds {
  /** What `runbook_url` begins with; `/<Alert>.md` is put behind it. */
  readonly runbooks: string;
  readonly evaluationSeconds: number;
  readonly windowSeconds: number;
  /** For events that each count, so that an alert is long enough to be seen. */
  readonly rareWindowSeconds: number;
  /** How long a target that is gone is remembered as one of ours. */
  readonly memorySeconds: number;
  readonly downForSeconds: number;
  readonly instanceDownForSeconds: number;
  readonly associations: {
    readonly nearLimitRatio: number;
    readonly nearLimitForSeconds: number;
    readonly turnedAway: number;
    readonly rejected: number;
    readonly brokenRatio: number;
    readonly brokenMin: number;
  };
  readonly silence: { readonly quietSeconds: number; readonly usedWithinSeconds: number };
  readonly refusedInstances: number;
  readonly storeFailures: number;
  readonly sealFailures: number;
  readonly openBatchAgeSeconds: number;
  readonly heldBackForSeconds: number;
  readonly spool: {
    readonly highRatio: number;
    readonly fullRatio: number;
    readonly oldestAgeSeconds: number;
    readonly failingForSeconds: number;
  };
  readonly certificateSeconds: number;
  readonly imports: {
    readonly oldestAgeSeconds: number;
    readonly concurrentJobs: number;
    readonly quotaRatio: number;
    readonly quotaForSeconds: number;
    readonly ledgerStaleSeconds: number;
  };
  readonly residentBytes: number;
  readonly residentForSeconds: number;
  readonly eventLoopLagSeconds: number;
  readonly eventLoopForSeconds: number;
  readonly objectives: {
    readonly acknowledged: Objective;
    readonly imported: Objective;
    readonly burnRates: readonly BurnRate[];
  };
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const MIB = 1024 * 1024;

export const thresholds: Thresholds = {
  runbooks: 'docs/runbooks',
  evaluationSeconds: 30,
  windowSeconds: 5 * MINUTE,
  rareWindowSeconds: 15 * MINUTE,
  memorySeconds: DAY,
  downForSeconds: 3 * MINUTE,
  instanceDownForSeconds: 5 * MINUTE,
  associations: {
    nearLimitRatio: 0.8,
    nearLimitForSeconds: 10 * MINUTE,
    turnedAway: 1,
    rejected: 10,
    brokenRatio: 0.25,
    brokenMin: 10,
  },
  silence: { quietSeconds: DAY, usedWithinSeconds: 7 * DAY },
  refusedInstances: 10,
  storeFailures: 3,
  sealFailures: 3,
  /** Thrice the hard age of a batch (SCP_BATCH_HARD_AGE_MS). */
  openBatchAgeSeconds: 15 * MINUTE,
  heldBackForSeconds: 10 * MINUTE,
  /** As SCP_SPOOL_HIGH_PERCENT and SCP_SPOOL_FULL_PERCENT are by default. */
  spool: { highRatio: 0.85, fullRatio: 0.95, oldestAgeSeconds: HOUR, failingForSeconds: 15 * MINUTE },
  certificateSeconds: 21 * DAY,
  imports: {
    oldestAgeSeconds: HOUR,
    concurrentJobs: importJobLimits.concurrentJobs,
    quotaRatio: 0.8,
    quotaForSeconds: 15 * MINUTE,
    ledgerStaleSeconds: 5 * MINUTE,
  },
  residentBytes: 0.9 * deployment.resources.memoryMiB * MIB,
  residentForSeconds: 15 * MINUTE,
  eventLoopLagSeconds: 0.5,
  eventLoopForSeconds: 10 * MINUTE,
  objectives: {
    acknowledged: { target: 0.99, withinSeconds: 10, minEvents: 10 },
    imported: { target: 0.99, withinSeconds: 15 * MINUTE, minEvents: 10 },
    /** Google, The Site Reliability Workbook, chapter 5: multiple windows, multiple burn rates. */
    burnRates: [
      { factor: 14.4, longSeconds: HOUR, shortSeconds: 5 * MINUTE, forSeconds: 2 * MINUTE, severity: 'critical' },
      { factor: 6, longSeconds: 6 * HOUR, shortSeconds: 30 * MINUTE, forSeconds: 15 * MINUTE, severity: 'critical' },
      { factor: 3, longSeconds: DAY, shortSeconds: 2 * HOUR, forSeconds: HOUR, severity: 'warning' },
      { factor: 1, longSeconds: 3 * DAY, shortSeconds: 6 * HOUR, forSeconds: 3 * HOUR, severity: 'warning' },
    ],
  },
};
