import type { BatchRecord } from '../../core/ledger.ts';
import type { BatchId } from '../../core/object-keys.ts';
import { partAtWork } from '../../core/parts.ts';
import { PipelineFault } from '../../core/pipeline-fault.ts';
import { type Lane, laneOf } from '../dispatch/lane.ts';
import type { StartQueue } from '../dispatch/start-queue.ts';
import type { WaitingTasks } from '../executions/executions.ts';
import { hasEnded, type ImportJobs } from '../import-jobs/import-jobs.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { moveShares } from '../ledger/write-shares.ts';

export interface StartImportOptions {
  readonly ledger: Ledger;
  readonly queue: Pick<StartQueue, 'join'>;
  readonly jobs: Pick<ImportJobs, 'find'>;
  readonly tasks: Pick<WaitingTasks, 'succeed'>;
  readonly nowMs: () => number;
}

/** `queued`: it waits for its turn, and whoever dispatches starts the job. `under-way`: its job was started before. */
export type StartOutcome =
  | { readonly outcome: 'queued'; readonly jobName: string; readonly lane: Lane }
  | { readonly outcome: 'under-way'; readonly jobName: string; readonly jobStatus: string };

/**
 * For how long whoever has asked for an urgent job sees itself to what waits, where nobody else does: until the
 * dispatcher wakes may be a minute.
 */
export const urgentRunMs = 8_000;

/**
 * Asks for the job of the part of a batch that is at work. The token is noted before the job can start, so that the
 * job's event always finds it. A batch that comes again keeps its place. When the job is under way, its event may have
 * come and gone: the job is asked how it stands, and the wait ended here if there is nothing left to wait for.
 * @throws PipelineFault TRANSITION_REFUSED, IMPORT_THROTTLED, IMPORT_UNAVAILABLE
 */
export async function startImport(
  { batchId, taskToken }: { readonly batchId: BatchId; readonly taskToken: string },
  { ledger, queue, jobs, tasks, nowMs }: StartImportOptions,
): Promise<StartOutcome> {
  const now = new Date(nowMs()).toISOString();
  const before = await ledger.findBatch(batchId);
  const work = before === undefined ? undefined : partAtWork(before);
  if (before === undefined || work === undefined) {
    throw new PipelineFault('TRANSITION_REFUSED', `batch ${batchId} has no part that is to be imported`);
  }
  const { jobName, inputS3Uri } = work;

  const jobId = before.status === 'importing' && before.jobName === jobName ? before.jobId : undefined;
  const job = jobId === undefined ? undefined : await jobs.find(before.datastoreId, jobId);
  if (job !== undefined) {
    await ledger.moveBatch(batchId, 'importing', { taskToken, updatedAt: now });
    if (hasEnded(job)) await tasks.succeed(taskToken, { jobId: job.jobId, jobStatus: job.jobStatus });
    return { outcome: 'under-way', jobName, jobStatus: job.jobStatus };
  }

  const lane = laneOf(before);
  await queue.join(lane);
  await ledger.moveBatch(batchId, 'queued', {
    taskToken,
    jobName,
    inputS3Uri,
    requeued: before.jobName === jobName,
    outlet: null,
    lane: lane.name,
    queuedAt: placeOf(before) ?? now,
    jobId: null,
    jobStatus: null,
    updatedAt: now,
  });
  if (before.status === 'registered') await moveShares(ledger, before, 'queued', now);
  return { outcome: 'queued', jobName, lane };
}

/** Since when a batch waits that waits already. */
const placeOf = ({ status, queuedAt }: BatchRecord): string | undefined => (status === 'queued' ? queuedAt : undefined);
