import type { BatchId } from '../../core/object-keys.ts';
import type { WaitingTasks } from '../executions/executions.ts';
import { hasEnded, type ImportJob, type ImportJobs } from '../import-jobs/import-jobs.ts';
import type { Ledger } from '../ledger/ledger.ts';

export interface StartImport {
  readonly batchId: BatchId;
  readonly datastoreId: string;
  readonly inputS3Uri: string;
  readonly outputS3Uri: string;
  readonly taskToken: string;
}

export interface StartImportOptions {
  readonly ledger: Ledger;
  readonly jobs: ImportJobs;
  readonly tasks: WaitingTasks;
  readonly nowMs: () => number;
  readonly dataAccessRoleArn: string;
}

/**
 * Starts the import job of a batch. The token is noted first, so that the job's event always finds it. When an earlier
 * attempt may have started the job already, its event may have come and gone: the job is asked how it stands, and the
 * wait ended here if there is nothing left to wait for.
 * @throws PipelineFault IMPORT_THROTTLED, IMPORT_UNAVAILABLE, IMPORT_REFUSED, TRANSITION_REFUSED
 */
export async function startImport(
  { batchId, taskToken, ...request }: StartImport,
  { ledger, jobs, tasks, nowMs, dataAccessRoleArn }: StartImportOptions,
): Promise<ImportJob> {
  const before = await ledger.moveBatch(batchId, 'importing', {
    taskToken,
    outputS3Uri: request.outputS3Uri,
    updatedAt: new Date(nowMs()).toISOString(),
  });
  const noted = before.jobId === undefined ? undefined : await jobs.find(request.datastoreId, before.jobId);
  const job = noted ?? (await start());
  if (hasEnded(job)) await tasks.succeed(taskToken, { jobId: job.jobId, jobStatus: job.jobStatus });
  return job;

  async function start(): Promise<ImportJob> {
    const started = await jobs.start({ ...request, name: batchId, dataAccessRoleArn });
    await ledger.recordJob(batchId, started);
    const firstAttempt = before.taskToken === undefined;
    return firstAttempt ? started : ((await jobs.find(request.datastoreId, started.jobId)) ?? started);
  }
}
