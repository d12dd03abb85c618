import type { BatchRecord } from '../../core/ledger.ts';
import type { ImportJob } from '../import-jobs/import-jobs.ts';
import type { Totals } from '../ledger/records-of.ts';
import type { JobSummary, OutputKind } from './job-output.ts';
import type { Outcome } from './reconciliation.ts';

/**
 * Whether a job's results are all there: its summary is, and there are as many lines as the summary speaks of. Lines
 * that cannot be read count: waiting does not mend them. Files with warnings may be among the successes or beside them.
 */
export function isComplete({
  summary,
  lines,
}: {
  readonly summary: JobSummary | undefined;
  readonly lines: Readonly<Record<OutputKind, number>>;
}): boolean {
  if (summary === undefined) return false;
  return lines.success + lines.warning >= (summary.imported ?? 0) && lines.failure >= (summary.failed ?? 0);
}

/** What is said of an instance that the job's output names nowhere. */
export function silenceOf(job: ImportJob, complete: boolean): Outcome {
  if (job.jobStatus === 'FAILED') return { status: 'failed', reason: failureOf(job) };
  return {
    status: 'unaccounted',
    reason: complete ? 'the job does not name this instance' : 'the results of the job are not complete',
  };
}

export interface Conclusion {
  readonly status: BatchRecord['status'];
  readonly reason?: string;
}

/** How a batch ends, given how many of its instances had which outcome. */
export function conclude(counts: Omit<Totals, 'imageSetIds'>, job: ImportJob, complete: boolean): Conclusion {
  const arrived = counts.imported + counts.warned;
  if (job.jobStatus === 'FAILED') {
    return { status: arrived === 0 ? 'failed' : 'completed-with-failures', reason: failureOf(job) };
  }
  const missing = counts.failed + counts.unaccounted;
  if (missing === 0) return { status: 'completed' };
  if (complete) return { status: 'completed-with-failures' };
  const reason = `OutputsNotReady: the results of job ${job.jobId} are not complete`;
  return { status: missing === counts.unaccounted && arrived === 0 ? 'failed' : 'completed-with-failures', reason };
}

/** Why a job failed as a whole. */
export const failureOf = ({ message }: ImportJob): string => `JobFailed: ${message ?? 'HealthImaging gave no message'}`;
