import type { BatchRecord } from '../../core/ledger.ts';
import type { BatchId } from '../../core/object-keys.ts';
import { PipelineFault } from '../../core/pipeline-fault.ts';
import { eachOf } from '../each-of.ts';
import type { WaitingTasks } from '../executions/executions.ts';
import { hasEnded, type ImportJobs } from '../import-jobs/import-jobs.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { laneAtWork } from './lane.ts';
import type { LimiterState } from './limiter-state.ts';
import { type PlannedStart, planStarts, type WaitingLane } from './plan-starts.ts';
import type { StartQueue } from './start-queue.ts';
import { filled, msToToken, type Pace } from './token-bucket.ts';

export interface DispatchOptions {
  readonly queue: StartQueue;
  readonly ledger: Pick<Ledger, 'findBatch' | 'recordStart' | 'leaveLane'>;
  readonly jobs: ImportJobs;
  readonly tasks: WaitingTasks;
  readonly pace: Pace;
  /** Import jobs of one datastore that may be under way. */
  readonly concurrentJobs: number;
  readonly dataAccessRoleArn: string;
  readonly nowMs: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  readonly newId: () => string;
  /** HealthImaging has taken a job. */
  readonly onStarted: (batch: BatchRecord, jobId: string) => void;
  /** HealthImaging's quotas put a start off. */
  readonly onQuotaWait: () => void;
  readonly onTrouble: (batchId: BatchId, error: unknown) => void;
}

/** `busy`: somebody else has the limiter, and sees to what waits. */
export type Dispatched =
  | { readonly outcome: 'busy' }
  | { readonly outcome: 'empty' | 'time'; readonly started: number };

const LEASE_MS = 15_000;
const MAX_STARTS_AT_ONCE = 10;
/** The index lags by moments: jobs that were started as shortly ago are counted besides. */
const LAG_MS = 5_000;
/** Where nothing can be started for want of slots, the ledger is asked again after this. */
const SLOT_CHECK_MS = 2_000;
const MAX_PAUSE_MS = 60_000;

/**
 * Starts the jobs of waiting batches, at the pace and in the order that the limiter lays down, as long as there are any
 * and there is time. One dispatcher at a time holds the limiter; before each start it writes what it is about to use up,
 * so that one that dies takes a start with it and never makes one too many. Starting a batch twice answers the same job.
 * @param untilMs when to stop; a moment that is over: what can be started now is, and nothing is waited for
 * @param urgent a batch that has just come and that the index may not show yet
 */
export async function dispatch(options: DispatchOptions, untilMs: number, urgent?: PlannedStart): Promise<Dispatched> {
  const { queue, nowMs, sleep, pace } = options;
  const owner = options.newId();
  const lease = () => ({ owner, untilMs: nowMs() + LEASE_MS });
  const acquired = await queue.acquire(lease(), nowMs());
  if (acquired === undefined) return { outcome: 'busy' };
  const run: Run = { recent: [], skipped: [], urgent };
  let state: LimiterState = acquired;
  let started = 0;
  try {
    for (;;) {
      const now = nowMs();
      state = { ...state, ...filled(state, pace, now) };
      const waiting = await lookAround(state, run, options);
      if (waiting.length === 0) return { outcome: 'empty', started };
      const slots = await freeSlots(waiting, run, options);
      const starts = now < state.pausedUntilMs ? 0 : Math.min(Math.floor(state.tokens), MAX_STARTS_AT_ONCE);
      const { planned, turns } = planStarts(waiting, state.turns, starts, slots);
      // The write is a fence: whoever lost the limiter, by a pause of its process, starts nothing.
      const saved = await queue.save(lease(), { ...state, turns, tokens: state.tokens - planned.length });
      if (saved === undefined) return { outcome: 'time', started };
      state = saved;
      const outcomes: StartOutcome[] = [];
      await eachOf(planned, MAX_STARTS_AT_ONCE, async (start) => {
        outcomes.push(await startOne(start, run, options));
      });
      started += outcomes.filter((outcome) => outcome === 'started').length;
      state = { ...state, ...pauseAfter(outcomes, state, nowMs()) };
      const wait = planned.length > 0 ? 0 : waitOf(state, starts, nowMs(), pace);
      if (nowMs() + wait >= untilMs) {
        await queue.save(lease(), state);
        return { outcome: 'time', started };
      }
      if (wait === 0) continue;
      await sleep(wait);
      // Lanes may have come up meanwhile.
      const renewed = await queue.save(lease(), state);
      if (renewed === undefined) return { outcome: 'time', started };
      state = renewed;
    }
  } finally {
    await queue.release({ owner, untilMs: 0 });
  }
}

interface Run {
  /** Jobs that were started by this run, of which the index may not know: those of moments ago. */
  recent: readonly (PlannedStart & { readonly atMs: number })[];
  /** Batches that could not be started for a reason of their own: they do not hold up those behind them. */
  readonly skipped: PlannedStart[];
  readonly urgent: PlannedStart | undefined;
}

/** The heads of all lanes, without batches that this run is done with. */
async function lookAround(
  state: LimiterState,
  run: Run,
  { queue, nowMs }: DispatchOptions,
): Promise<readonly WaitingLane[]> {
  const since = nowMs() - LAG_MS;
  run.recent = run.recent.filter(({ atMs }) => atMs > since);
  const doneIn = Map.groupBy([...run.recent, ...run.skipped], ({ lane }) => lane.name);
  const wanted = Math.max(1, Math.min(Math.floor(state.tokens), MAX_STARTS_AT_ONCE));
  const lanes = new Map(state.lanes.map((lane) => [lane.name, lane]));
  if (run.urgent !== undefined) lanes.set(run.urgent.lane.name, run.urgent.lane);
  const waiting = await Promise.all(
    [...lanes.values()].map(async (lane) => {
      const done = new Set(doneIn.get(lane.name)?.map(({ batchId }) => batchId));
      const head = await queue.headOf(lane, wanted + done.size);
      const urgent = run.urgent?.lane.name === lane.name ? [run.urgent.batchId] : [];
      return { lane, batchIds: [...new Set([...head, ...urgent])].filter((batchId) => !done.has(batchId)) };
    }),
  );
  return waiting.filter(({ batchIds }) => batchIds.length > 0);
}

async function freeSlots(
  waiting: readonly WaitingLane[],
  run: Run,
  { queue, concurrentJobs }: DispatchOptions,
): Promise<ReadonlyMap<string, number>> {
  const datastores = [...new Set(waiting.map(({ lane }) => lane.datastoreId))];
  return new Map(
    await Promise.all(
      datastores.map(async (datastoreId) => {
        const unseen = run.recent.filter(({ lane }) => lane.datastoreId === datastoreId).length;
        const atWork = await queue.countAtWork(datastoreId);
        return [datastoreId, concurrentJobs - Math.min(atWork + unseen, concurrentJobs)] as const;
      }),
    ),
  );
}

type StartOutcome = 'started' | 'refused-for-quota' | 'not-started';

async function startOne(
  start: PlannedStart,
  run: Run,
  { ledger, jobs, tasks, dataAccessRoleArn, nowMs, onStarted, onQuotaWait, onTrouble }: DispatchOptions,
): Promise<StartOutcome> {
  const { batchId } = start;
  try {
    const batch = await ledger.findBatch(batchId);
    const { taskToken, jobName, inputS3Uri, outputS3Uri } = batch ?? {};
    if (batch?.status !== 'queued' || taskToken === undefined || jobName === undefined) {
      run.skipped.push(start);
      return 'not-started';
    }
    const { datastoreId } = batch;
    try {
      const request = { datastoreId, inputS3Uri: String(inputS3Uri), outputS3Uri: String(outputS3Uri) };
      const job = await jobs.start({ ...request, name: jobName, dataAccessRoleArn });
      onStarted(batch, job.jobId);
      run.recent = [...run.recent, { ...start, atMs: nowMs() }];
      await ledger.recordStart(batchId, taskToken, {
        ...job,
        lane: laneAtWork(datastoreId),
        updatedAt: new Date(nowMs()).toISOString(),
      });
      // The event of a job that an earlier attempt started may have come and gone.
      const now = batch.requeued === true ? await jobs.find(datastoreId, job.jobId) : undefined;
      if (now !== undefined && hasEnded(now)) await tasks.succeed(taskToken, now);
      return 'started';
    } catch (error) {
      const code = error instanceof PipelineFault ? error.code : undefined;
      if (code === 'IMPORT_THROTTLED') {
        onQuotaWait();
        return 'refused-for-quota';
      }
      if (code === 'IMPORT_UNAVAILABLE') {
        onTrouble(batchId, error);
        return 'refused-for-quota';
      }
      if (!(error instanceof PipelineFault)) throw error;
      await ledger.leaveLane(batchId, taskToken);
      await tasks.fail(taskToken, error);
      run.skipped.push(start);
      return 'not-started';
    }
  } catch (error) {
    run.skipped.push(start);
    onTrouble(batchId, error);
    return 'not-started';
  }
}

/** HealthImaging knows its quotas better than we do: when it refuses, everything waits, each time for longer. */
function pauseAfter(
  outcomes: readonly StartOutcome[],
  { refusals }: LimiterState,
  nowMs: number,
): Partial<LimiterState> {
  if (outcomes.includes('refused-for-quota')) {
    return { refusals: refusals + 1, pausedUntilMs: nowMs + Math.min(1_000 * 2 ** refusals, MAX_PAUSE_MS) };
  }
  return outcomes.includes('started') ? { refusals: 0 } : {};
}

const waitOf = (state: LimiterState, starts: number, nowMs: number, pace: Pace): number =>
  starts > 0 ? SLOT_CHECK_MS : Math.max(state.pausedUntilMs - nowMs, msToToken(state, pace), 1);
