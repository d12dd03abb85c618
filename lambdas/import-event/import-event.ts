import { batchIdOfJob } from '../../core/import-job-name.ts';
import type { WaitingTasks } from '../executions/executions.ts';
import type { Ledger } from '../ledger/ledger.ts';

/** What an "Import Job Completed" or "Import Job Failed" event of HealthImaging says. */
export interface ImportJobEvent {
  readonly datastoreId: string;
  readonly jobId: string;
  readonly jobName?: string | undefined;
  readonly jobStatus: string;
}

/**
 * `delivered`: the execution goes on. `gone`: nobody waits any more, as after a duplicate. `not-ours`: somebody else's
 * job, or one of another attempt or part of the batch. `too-early`: the batch has no token yet; the event must come again.
 */
export type ImportEventOutcome = 'delivered' | 'gone' | 'not-ours' | 'too-early';

/** Tells the execution that waits for a job that the job has ended. */
export async function deliverImportEvent(
  { datastoreId, jobId, jobName, jobStatus }: ImportJobEvent,
  { ledger, tasks }: { readonly ledger: Ledger; readonly tasks: WaitingTasks },
): Promise<ImportEventOutcome> {
  const batchId = batchIdOfJob(jobName ?? '');
  if (batchId === undefined) return 'not-ours';
  const batch = await ledger.findBatch(batchId);
  if (batch === undefined || batch.datastoreId !== datastoreId) return 'not-ours';
  if ((batch.jobName ?? batchId) !== jobName) return 'not-ours';
  if (batch.jobId !== undefined && batch.jobId !== jobId) return 'not-ours';
  if (batch.taskToken === undefined) return 'too-early';
  return await tasks.succeed(batch.taskToken, { jobId, jobStatus });
}
