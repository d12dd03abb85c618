import { isFinal } from '../../core/ledger.ts';
import { type BatchId, manifestPrefix } from '../../core/object-keys.ts';
import { dispatch } from '../../lambdas/dispatch/dispatch.ts';
import type { ExecutionStatus, Executions, WaitingTasks } from '../../lambdas/executions/executions.ts';
import type { ImportJob, ImportJobs } from '../../lambdas/import-jobs/import-jobs.ts';
import { sealedBatchOf } from '../../lambdas/intake/sealed-batch-of.ts';
import { register } from '../../lambdas/register/register.ts';
import type { SealedBatch } from '../../lambdas/sealed-batch.ts';
import { startImport } from '../../lambdas/start-import/start-import.ts';
import { silentNotices } from '../../lambdas/studies/study-notices.ts';
import { type SweepReport, sweep } from '../../lambdas/sweep/sweep.ts';
import { MemoryTasks } from '../support/import-ports.ts';
import { MemoryLedger } from '../support/memory-ledger.ts';
import { MemoryStartQueue } from '../support/memory-start-queue.ts';
import type { Network } from './network.ts';
import { LEASE_TTL_MS } from './pod.ts';
import type { Random } from './random.ts';
import { type Scheduler, SimulatedProcess } from './scheduler.ts';
import type { SimulatedBucket } from './simulated-bucket.ts';

/** Longer than a request lives, the clocks' drift in a lease's life, and the second to which S3 tells times. */
export const LEASE_GRACE_MS = 30_000;

const BUCKET = 'ingest';
const MAX_DELIVERIES = 4;
const STEP_ATTEMPTS = 4;

export interface PipelineOptions {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly network: Network;
  readonly bucket: SimulatedBucket;
  readonly leaseGraceMs: number;
  /** The name under which the intake starts the execution of a batch. */
  readonly firstExecution: (batchId: BatchId) => string;
  readonly onSwept: (report: SweepReport) => void;
}

/** All behind the bucket: S3's events, the real intake, register, start-import and sweep, and models of what AWS runs. */
export class SimulatedPipeline {
  readonly ledger = new MemoryLedger();
  readonly queue = new MemoryStartQueue(this.ledger);
  readonly executions = new Map<string, ExecutionStatus>();
  readonly jobs = new Map<string, ImportJob>();
  readonly counts = { duplicateEvents: 0, lostEvents: 0, alreadyStarted: 0, brokenExecutions: 0 };
  readonly #options: PipelineOptions;
  #processes = 0;
  #sweeper: SimulatedProcess | undefined;

  constructor(options: PipelineOptions) {
    this.#options = options;
  }

  /** S3 tells of a new object: once or twice, after a while, or never. */
  objectCreated(key: string): void {
    if (!key.startsWith(manifestPrefix)) return;
    const { random, network } = this.#options;
    const isCalm = network.faultRate === 0;
    if (!isCalm && random.chance(0.05)) {
      this.counts.lostEvents += 1;
      return;
    }
    const isTwice = !isCalm && random.chance(0.2);
    if (isTwice) this.counts.duplicateEvents += 1;
    for (let copy = 0; copy < (isTwice ? 2 : 1); copy++) this.#deliver(key, 1);
  }

  /** One run of the sweeper; another may be under way. */
  sweep(): void {
    const { bucket, network, random, scheduler, leaseGraceMs, onSwept } = this.#options;
    const process = this.#begin('sweep');
    this.#sweeper = process;
    const skewMs = random.between(-60_000, 60_000);
    sweep({
      store: bucket.connect(process, network),
      ledger: this.ledger,
      executions: this.#executionsFor(process),
      notices: silentNotices,
      bucket: BUCKET,
      leaseTtlMs: LEASE_TTL_MS,
      leaseGraceMs,
      lostEventAfterMs: 120_000,
      lostEventLookbackMs: 3_600_000,
      stuckAfterMs: 60_000,
      maxRedrives: 20,
      nowMs: () => Math.max(0, scheduler.nowMs + skewMs),
    }).then(onSwept, () => undefined);
  }

  crashSweeper(): void {
    if (this.#sweeper !== undefined) this.#sweeper.state = 'dead';
  }

  partitionSweeper(): void {
    if (this.#sweeper !== undefined) this.#options.network.weatherOf(this.#sweeper).partitioned = true;
  }

  #deliver(key: string, delivery: number): void {
    const { scheduler, random, firstExecution } = this.#options;
    scheduler.after(random.between(10, delivery === 1 ? 5_000 : 30_000), async () => {
      const process = this.#begin('intake');
      try {
        const sealed = sealedBatchOf(BUCKET, key);
        if (sealed === undefined) throw new Error(`${key} is no manifest`);
        await this.#executionsFor(process).start(firstExecution(sealed.batchId), sealed);
      } catch {
        // Back to the queue, or into the dead-letter queue.
        if (delivery < MAX_DELIVERIES) this.#deliver(key, delivery + 1);
      }
    });
  }

  #executionsFor(process: SimulatedProcess): Executions {
    const { network } = this.#options;
    return {
      start: (name, input) =>
        network.call(process, {
          name: `start ${name}`,
          effect: (): 'started' | 'exists' => {
            if (this.executions.has(name)) {
              this.counts.alreadyStarted += 1;
              return 'exists';
            }
            this.executions.set(name, 'running');
            void this.#execute(name, input);
            return 'started';
          },
        }),
      statusOf: (name) => network.call(process, { name: `describe ${name}`, effect: () => this.executions.get(name) }),
    };
  }

  async #execute(name: string, sealed: SealedBatch): Promise<void> {
    const { random, network, bucket, scheduler } = this.#options;
    const isBroken = network.faultRate > 0 && random.chance(0.1);
    if (isBroken) this.counts.brokenExecutions += 1;
    const nowMs = () => scheduler.nowMs;
    try {
      if (isBroken && random.chance(0.5)) throw new Error('the execution failed before its first step');
      const batch = await this.#retried('register', (process) =>
        register(sealed, {
          store: bucket.connect(process, network),
          ledger: this.ledger,
          nowMs,
          outputS3Uri: 's3://results/jobs/',
          defaultDatastoreId: '0'.repeat(32),
        }),
      );
      if (isBroken) throw new Error('the execution failed after its first step');
      if (isFinal(batch.status)) return;
      const tasks = new MemoryTasks();
      const asked = await this.#retried('start-import', (process) =>
        startImport(
          { batchId: batch.batchId, taskToken: name },
          { ledger: this.ledger, queue: this.queue, jobs: this.#jobsFor(process), tasks, nowMs },
        ),
      );
      if (asked.outcome === 'queued') await this.#retried('dispatch', (process) => this.#dispatch(process, tasks));
      await new Promise<void>((resolve) => scheduler.after(random.between(1_000, 20_000), resolve));
      const updatedAt = new Date(nowMs()).toISOString();
      await this.ledger.moveBatch(sealed.batchId, 'completed', { updatedAt });
    } catch {
      // The ledger tells the sweeper what is unfinished.
    } finally {
      this.executions.set(name, 'ended');
    }
  }

  /** One run of the dispatcher. Whoever finds another at it leaves the batch to that one, or to the next. */
  async #dispatch(process: SimulatedProcess, tasks: WaitingTasks): Promise<void> {
    const { scheduler } = this.#options;
    await dispatch(
      {
        ledger: this.ledger,
        queue: this.queue,
        jobs: this.#jobsFor(process),
        tasks,
        pace: { perSecond: 1_000, burst: 1_000 },
        concurrentJobs: 1_000,
        dataAccessRoleArn: 'arn:aws:iam::0:role/r',
        nowMs: () => scheduler.nowMs,
        sleep: (ms) => new Promise((resolve) => scheduler.after(ms, resolve)),
        newId: () => `dispatcher-${++this.#processes}`,
        onQuotaWait: () => undefined,
        onTrouble: () => undefined,
      },
      0,
    );
  }

  async #retried<T>(step: string, run: (process: SimulatedProcess) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await run(this.#begin(step));
      } catch (error) {
        if (attempt === STEP_ATTEMPTS) throw error;
        await new Promise<void>((resolve) => this.#options.scheduler.after(2_000 * attempt, resolve));
      }
    }
  }

  #jobsFor(process: SimulatedProcess): ImportJobs {
    const { network } = this.#options;
    return {
      start: ({ name }) =>
        network.call(process, {
          name: `import ${name}`,
          effect: () => {
            // The client token: asking again answers the same job.
            const job = this.jobs.get(name) ?? { jobId: `job-${this.jobs.size}`, jobStatus: 'SUBMITTED' };
            this.jobs.set(name, job);
            return job;
          },
        }),
      find: (_datastoreId, jobId) =>
        network.call(process, {
          name: `get ${jobId}`,
          effect: () => [...this.jobs.values()].find((job) => job.jobId === jobId),
        }),
    };
  }

  #begin(kind: string): SimulatedProcess {
    this.#processes += 1;
    return new SimulatedProcess(`${kind}-${this.#processes}`);
  }
}
