import type { BatchId } from '../../core/object-keys.ts';
import { type DispatchOptions, dispatch } from '../../lambdas/dispatch/dispatch.ts';
import type { PlannedStart } from '../../lambdas/dispatch/plan-starts.ts';
import type { StartQueue } from '../../lambdas/dispatch/start-queue.ts';
import type { Ledger } from '../../lambdas/ledger/ledger.ts';
import { batchRecordOf } from '../../lambdas/ledger/records-of.ts';
import { startImport } from '../../lambdas/start-import/start-import.ts';
import { FakeClock } from './fake-clock.ts';
import { MemoryJobs, MemoryTasks } from './import-ports.ts';
import { batchIdAt, manifestOf } from './sealed-batches.ts';

export const datastoreId = 'd'.repeat(32);

/** Dispatchers over one queue, whose sleep moves the clock on. */
export function dispatchRig(ledger: Ledger, queue: StartQueue, pace = { perSecond: 1, burst: 2 }) {
  const clock = new FakeClock();
  const jobs = new MemoryJobs();
  const tasks = new MemoryTasks();
  const started: { readonly name: string; readonly atMs: number }[] = [];
  const jobIds: (readonly [BatchId, string])[] = [];
  let quotaWaits = 0;
  const troubles: { readonly batchId: BatchId; readonly error: unknown }[] = [];
  let ids = 0;
  const options = {
    queue,
    ledger,
    tasks,
    pace,
    concurrentJobs: 100,
    dataAccessRoleArn: 'arn:aws:iam::000000000000:role/import',
    jobs: {
      find: jobs.find,
      start: async (request) => {
        const job = await jobs.start(request);
        started.push({ name: request.name, atMs: clock.nowMs() });
        return job;
      },
    },
    nowMs: clock.nowMs,
    sleep: async (ms) => clock.pause(ms),
    newId: () => `dispatcher-${++ids}`,
    onStarted: (batch, jobId) => jobIds.push([batch.batchId, jobId]),
    onQuotaWait: () => {
      quotaWaits += 1;
    },
    onTrouble: (batchId, error) => troubles.push({ batchId, error }),
  } satisfies DispatchOptions;

  return {
    clock,
    jobs,
    tasks,
    started,
    jobIds,
    troubles,
    quotaWaits: () => quotaWaits,
    options,
    /** A registered batch that has asked for its job. */
    queued: async (route: string, priority: 'routine' | 'stat' = 'routine') => {
      clock.pause(1);
      const batchId = batchIdAt(clock.nowMs());
      const manifest = { ...manifestOf(batchId, 1), route: { name: route, priority } };
      const now = new Date(clock.nowMs()).toISOString();
      await ledger.putBatch(
        batchRecordOf(manifest, { bucket: 'ingest', datastoreId, outputS3Uri: 's3://results/', now }),
      );
      const ports = { ledger, queue, jobs, tasks, nowMs: clock.nowMs };
      const asked = await startImport({ batchId, taskToken: `token of ${batchId}` }, ports);
      if (asked.outcome !== 'queued') throw new Error('not queued');
      return { batchId, lane: asked.lane } satisfies PlannedStart;
    },
    run: (forMs: number, overrides: Partial<DispatchOptions> = {}, urgent?: PlannedStart) =>
      dispatch({ ...options, ...overrides }, clock.nowMs() + forMs, urgent),
  };
}
