import { randomBytes } from 'node:crypto';
import type { BatchId } from '../../../core/object-keys.ts';
import { PipelineFault } from '../../../core/pipeline-fault.ts';
import type { Priority } from '../../../core/route.ts';
import { dispatch } from '../../../lambdas/dispatch/dispatch.ts';
import type { StartQueue } from '../../../lambdas/dispatch/start-queue.ts';
import type { ImportJobs } from '../../../lambdas/import-jobs/import-jobs.ts';
import { batchRecordOf } from '../../../lambdas/ledger/records-of.ts';
import { startImport, urgentRunMs } from '../../../lambdas/start-import/start-import.ts';
import { MemoryTasks } from '../../support/import-ports.ts';
import { MemoryLedger } from '../../support/memory-ledger.ts';
import { MemoryStartQueue } from '../../support/memory-start-queue.ts';
import { batchIdAt, trialManifest } from '../../support/sealed-batches.ts';

export interface Arrival {
  readonly atMs: number;
  readonly route: string;
  readonly priority: Priority;
}

export interface QuotaScenario {
  readonly arrivals: readonly Arrival[];
  readonly startsPerSecond: number;
  readonly concurrentJobs: number;
  /** How long HealthImaging takes over a job. */
  readonly jobMs: number;
}

export interface Served extends Arrival {
  readonly startedAtMs: number;
}

export interface Outcome {
  readonly served: readonly Served[];
  /** Starts that HealthImaging has refused for its quotas. */
  readonly refused: number;
}

const datastoreId = 'd'.repeat(32);
/** As scheduled and as long as deployed: cdk/pipeline/events.ts and lambdas/dispatch/handler.ts. */
export const DISPATCH_EVERY_MS = 60_000;
const RUN_MS = 58_000;

/**
 * Runs the real queueing and dispatching of batches over a ledger in memory and a clock that jumps from one thing that
 * happens to the next. HealthImaging is its quotas and the time that a job takes; it refuses what exceeds them.
 * @param planted puts a bug into the limiter
 */
export async function serve(
  { arrivals, startsPerSecond, concurrentJobs, jobMs }: QuotaScenario,
  planted: (queue: StartQueue) => StartQueue = (queue) => queue,
): Promise<Outcome> {
  const ledger = new MemoryLedger();
  const queue = planted(new MemoryStartQueue(ledger));
  const tasks = new MemoryTasks();
  const served: Served[] = [];
  const byId = new Map<BatchId, Arrival>();
  const ends: { readonly batchId: BatchId; readonly atMs: number }[] = [];
  const pending = arrivals.toSorted((a, b) => a.atMs - b.atMs);
  let nowMs = 1_800_000_000_000;
  const beginMs = nowMs;
  let refused = 0;
  let tokens = startsPerSecond * 2;
  let filledAtMs = nowMs;
  let next = 0;
  let ended = 0;
  let ids = 0;

  const jobs: ImportJobs = {
    start: async ({ name }) => {
      tokens = Math.min(startsPerSecond * 2, tokens + ((nowMs - filledAtMs) / 1_000) * startsPerSecond);
      filledAtMs = nowMs;
      // A thousandth for the rounding of the sums of two clocks that are one here.
      if (tokens < 0.999 || ends.length - ended >= concurrentJobs) {
        refused += 1;
        throw new PipelineFault('IMPORT_THROTTLED', 'the simulated quota');
      }
      tokens -= 1;
      const batchId = name as BatchId;
      const arrival = byId.get(batchId);
      if (arrival !== undefined) served.push({ ...arrival, startedAtMs: nowMs - beginMs });
      ends.push({ batchId, atMs: nowMs + jobMs });
      return { jobId: `job${ends.length}`, jobStatus: 'SUBMITTED' };
    },
    find: async () => undefined,
  };
  const options = {
    queue,
    ledger,
    jobs,
    tasks,
    pace: { perSecond: startsPerSecond, burst: startsPerSecond * 2 },
    concurrentJobs,
    dataAccessRoleArn: 'arn:aws:iam::000000000000:role/import',
    nowMs: () => nowMs,
    sleep: (ms: number) => passTo(nowMs + ms),
    newId: () => `dispatcher-${++ids}`,
    onStarted: () => undefined,
    onQuotaWait: () => undefined,
    onTrouble: (_: BatchId, error: unknown) => {
      throw error;
    },
  };

  /** Lets time pass: jobs end, batches come. */
  async function passTo(untilMs: number): Promise<void> {
    for (;;) {
      const end = ends[ended]?.atMs ?? Number.POSITIVE_INFINITY;
      const comes = pending[next]?.atMs ?? Number.POSITIVE_INFINITY;
      const at = Math.min(end, comes + beginMs);
      if (at > untilMs) break;
      nowMs = Math.max(nowMs, at);
      if (end <= comes + beginMs) await finish();
      else await arrive();
    }
    // A run within this one may have let more pass.
    nowMs = Math.max(nowMs, untilMs);
  }

  async function finish(): Promise<void> {
    const batchId = ends[ended++]?.batchId;
    if (batchId !== undefined) await ledger.moveBatch(batchId, 'completed', { updatedAt: '', lane: null });
  }

  async function arrive(): Promise<void> {
    const arrival = pending[next++];
    if (arrival === undefined) return;
    const batchId = batchIdAt(nowMs);
    byId.set(batchId, arrival);
    const route = { name: arrival.route, priority: arrival.priority };
    const now = new Date(nowMs).toISOString();
    const placed = { bucket: 'ingest', datastoreId, outputS3Uri: 's3://results/', now };
    await ledger.putBatch({ ...batchRecordOf(trialManifest(batchId, [], route), placed), files: 1 });
    const asked = await startImport({ batchId, taskToken: randomBytes(8).toString('hex') }, options);
    if (asked.outcome !== 'queued') return;
    const untilMs = arrival.priority === 'stat' ? nowMs + urgentRunMs : 0;
    await dispatch(options, untilMs, { batchId, lane: asked.lane });
  }

  const total = pending.length;
  for (let run = 1; served.length < total; run++) {
    await dispatch(options, nowMs + RUN_MS);
    await passTo(Math.max(nowMs, beginMs + run * DISPATCH_EVERY_MS));
    if (run > 100_000) throw new Error('batches are never started');
  }
  return { served, refused };
}
