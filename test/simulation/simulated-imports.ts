import { partJobName } from '../../core/import-job-name.ts';
import type { BatchId } from '../../core/object-keys.ts';
import { PipelineFault } from '../../core/pipeline-fault.ts';
import { type DispatchOptions, dispatch } from '../../lambdas/dispatch/dispatch.ts';
import type { PlannedStart } from '../../lambdas/dispatch/plan-starts.ts';
import type { StartQueue } from '../../lambdas/dispatch/start-queue.ts';
import { deliverImportEvent } from '../../lambdas/import-event/import-event.ts';
import type { ImportJob, ImportJobs } from '../../lambdas/import-jobs/import-jobs.ts';
import type { MemoryLedger } from '../support/memory-ledger.ts';
import { MemoryStartQueue } from '../support/memory-start-queue.ts';
import type { Network } from './network.ts';
import type { Random } from './random.ts';
import { type Scheduler, SimulatedProcess } from './scheduler.ts';
import { SimulatedTasks } from './simulated-tasks.ts';

/** As it is deployed: how often a dispatcher begins, how long it runs, and how long it waits for the limiter. */
const DISPATCH_INTERVAL_MS = 60_000;
const DISPATCH_RUN_MS = 58_000;
const DISPATCH_PATIENCE_MS = 20_000;
const DISPATCH_RETRY_MS = 1_000;
const MAX_EVENT_DELIVERIES = 4;

export interface ImportsOptions {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly network: Network;
  readonly ledger: MemoryLedger;
}

/**
 * The real limiter, dispatcher and handling of import events, over a model of HealthImaging: jobs that run for a while,
 * and events of their end that come once, twice or never.
 */
export class SimulatedImports {
  readonly jobs = new Map<string, ImportJob>();
  readonly tasks: SimulatedTasks;
  readonly counts = {
    startedAtOnce: 0,
    startedByDispatcher: 0,
    limiterBusy: 0,
    lostImportEvents: 0,
    dispatcherCrashes: 0,
    failedDispatches: 0,
    jobsOfParts: 0,
  };
  readonly #options: ImportsOptions;
  readonly #queue: MemoryStartQueue;
  #dispatchers = 0;

  constructor(options: ImportsOptions) {
    this.#options = options;
    this.#queue = new MemoryStartQueue(options.ledger);
    this.tasks = new SimulatedTasks(options.scheduler);
  }

  /** A dispatcher begins now and every minute from now on. */
  dispatchAgain(): void {
    const { scheduler } = this.#options;
    this.#runDispatcher().catch(() => {
      this.counts.failedDispatches += 1;
    });
    scheduler.after(DISPATCH_INTERVAL_MS, () => this.dispatchAgain());
  }

  /** What start-import does for a batch that has just come: starts what the quotas allow now, and leaves the rest. */
  async startAtOnce(process: SimulatedProcess, start: PlannedStart): Promise<void> {
    try {
      const dispatched = await dispatch(this.#dispatching(process), 0, start);
      if (dispatched.outcome === 'busy') this.counts.limiterBusy += 1;
      else this.counts.startedAtOnce += dispatched.started;
    } catch {
      this.counts.failedDispatches += 1;
    }
  }

  jobsFor(process: SimulatedProcess): ImportJobs {
    const call = <T>(name: string, effect: () => T): Promise<T> =>
      this.#options.network.call(process, { name, effect }).catch((error: unknown) => {
        throw new PipelineFault('IMPORT_UNAVAILABLE', 'the simulated network', error);
      });
    return {
      start: ({ name, datastoreId }) =>
        call(`import ${name}`, () => {
          // The client token: asking again answers the same job.
          const before = this.jobs.get(name);
          if (before !== undefined) return before;
          const job = { jobId: `job-${this.jobs.size}`, jobStatus: 'SUBMITTED' };
          this.jobs.set(name, job);
          if (/-p\d+-\d+$/.test(name)) this.counts.jobsOfParts += 1;
          this.#runJob(name, datastoreId, job);
          return job;
        }),
      find: (_datastoreId, jobId) =>
        call(`get ${jobId}`, () => [...this.jobs.values()].find((job) => job.jobId === jobId)),
    };
  }

  queueFor(process: SimulatedProcess): StartQueue {
    const far =
      <A extends unknown[], R>(name: string, near: (...args: A) => Promise<R>) =>
      async (...args: A): Promise<R> =>
        await this.#options.network.call(process, { name: `${name} of the queue`, effect: () => near(...args) });
    return {
      join: far('join', this.#queue.join),
      headOf: far('head', this.#queue.headOf),
      countAtWork: far('count', this.#queue.countAtWork),
      acquire: far('acquire', this.#queue.acquire),
      save: far('save', this.#queue.save),
      release: far('release', this.#queue.release),
    };
  }

  async #runDispatcher(): Promise<void> {
    const { scheduler, network, random } = this.#options;
    const process = new SimulatedProcess(`dispatcher-${++this.#dispatchers}`);
    if (network.faultRate > 0 && random.chance(0.2)) this.#crashSoon(process);
    const begunMs = scheduler.nowMs;
    for (;;) {
      const dispatched = await dispatch(this.#dispatching(process), begunMs + DISPATCH_RUN_MS);
      if (dispatched.outcome !== 'busy') this.counts.startedByDispatcher += dispatched.started;
      else this.counts.limiterBusy += 1;
      if (dispatched.outcome !== 'busy' || scheduler.nowMs - begunMs > DISPATCH_PATIENCE_MS) return;
      await new Promise<void>((resolve) => scheduler.after(DISPATCH_RETRY_MS, resolve, process));
    }
  }

  #crashSoon(process: SimulatedProcess): void {
    const { scheduler, random } = this.#options;
    this.counts.dispatcherCrashes += 1;
    scheduler.after(random.between(1, random.pick([200, 5_000])), () => {
      process.state = 'dead';
    });
  }

  #dispatching(process: SimulatedProcess): DispatchOptions {
    const { scheduler, ledger } = this.#options;
    return {
      ledger,
      queue: this.queueFor(process),
      jobs: this.jobsFor(process),
      tasks: this.tasks,
      pace: { perSecond: 1, burst: 2 },
      concurrentJobs: 3,
      dataAccessRoleArn: 'arn:aws:iam::0:role/r',
      nowMs: () => scheduler.nowMs,
      sleep: (ms) => new Promise((resolve) => scheduler.after(ms, resolve, process)),
      newId: () => `owner-${++this.#dispatchers}`,
      onStarted: () => undefined,
      onQuotaWait: () => undefined,
      onTrouble: () => undefined,
    };
  }

  #runJob(jobName: string, datastoreId: string, { jobId }: ImportJob): void {
    const { scheduler, random, network } = this.#options;
    scheduler.after(random.between(1_000, 20_000), () => {
      this.jobs.set(jobName, { jobId, jobStatus: 'COMPLETED' });
      const isCalm = network.faultRate === 0;
      if (!isCalm && random.chance(0.1)) {
        this.counts.lostImportEvents += 1;
        return;
      }
      for (let copy = 0; copy < (!isCalm && random.chance(0.2) ? 2 : 1); copy++) {
        this.#deliver({ datastoreId, jobId, jobName, jobStatus: 'COMPLETED' }, 1);
      }
    });
  }

  #deliver(event: Parameters<typeof deliverImportEvent>[0], delivery: number): void {
    const { scheduler, random, ledger } = this.#options;
    scheduler.after(random.between(10, delivery === 1 ? 5_000 : 30_000), async () => {
      const outcome = await deliverImportEvent(event, { ledger, tasks: this.tasks });
      if (outcome === 'too-early' && delivery < MAX_EVENT_DELIVERIES) this.#deliver(event, delivery + 1);
    });
  }

  /** Whether jobs have run to their end that took all of a batch, in one part or in several. */
  hasImported(batchId: BatchId, files: number): boolean {
    const isDone = (jobName: string) => this.jobs.get(jobName)?.jobStatus === 'COMPLETED';
    let from = 0;
    for (let to = 1; to <= files; to++) if (isDone(partJobName(batchId, from, to))) from = to;
    return isDone(batchId) || from === files;
  }
}
