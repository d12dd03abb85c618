import { splitLimits } from '../../core/parts.ts';
import type { ImportJob } from '../import-jobs/import-jobs.ts';
import type { Totals } from '../ledger/records-of.ts';
import { type Conclusion, failureOf } from './conclusion.ts';
import type { Outcome } from './reconciliation.ts';

/** How many jobs of an attempt have ended, and how. */
export interface JobCounts {
  readonly jobsFailed: number;
  readonly jobsCompleted: number;
}

/** No job has come through, and so many have not that no single file can be the cause. */
export const isHopeless = ({ jobsFailed, jobsCompleted }: JobCounts): boolean =>
  jobsCompleted === 0 && jobsFailed >= splitLimits.hopelessJobs;

/**
 * Whether a part whose job failed is halved.
 * @param waiting how many other parts are still to be imported
 */
export const isWorthSplitting = (counts: JobCounts, waiting: number): boolean =>
  !isHopeless(counts) && counts.jobsFailed + counts.jobsCompleted + waiting + 2 <= splitLimits.maxJobs;

/** What is said of instances whose jobs failed and that are not looked into any further. */
export const gaveUp = (job: ImportJob, { jobsFailed }: JobCounts): Outcome => ({
  status: 'failed',
  reason: `${failureOf(job)} (not looked into further after ${jobsFailed} failed jobs)`,
});

/** How a batch ends that took several jobs. */
export function concludeParts(counts: Omit<Totals, 'imageSetIds'>, lastFailure: string | undefined): Conclusion {
  if (counts.failed + counts.unaccounted === 0) return { status: 'completed' };
  const status = counts.imported + counts.warned === 0 ? 'failed' : 'completed-with-failures';
  return { status, ...(lastFailure === undefined ? {} : { reason: lastFailure }) };
}
