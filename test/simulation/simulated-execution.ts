import { isFinal } from '../../core/ledger.ts';
import type { BatchId } from '../../core/object-keys.ts';
import { hasEnded } from '../../lambdas/import-jobs/import-jobs.ts';
import { pollImport } from '../../lambdas/poll-import/poll-import.ts';
import { preparePart } from '../../lambdas/prepare-part/prepare-part.ts';
import { register } from '../../lambdas/register/register.ts';
import type { SealedBatch } from '../../lambdas/sealed-batch.ts';
import { startImport } from '../../lambdas/start-import/start-import.ts';
import type { MemoryLedger } from '../support/memory-ledger.ts';
import type { Network } from './network.ts';
import type { Scheduler, SimulatedProcess } from './scheduler.ts';
import type { SimulatedBucket } from './simulated-bucket.ts';
import type { SimulatedImports } from './simulated-imports.ts';
import type { Answer } from './simulated-tasks.ts';

const STEP_ATTEMPTS = 4;
const POLL_INTERVAL_MS = 30_000;

export interface ExecutionOptions {
  readonly scheduler: Scheduler;
  readonly network: Network;
  readonly bucket: SimulatedBucket;
  readonly ledger: MemoryLedger;
  readonly imports: SimulatedImports;
  readonly begin: (step: string) => SimulatedProcess;
  /** Where it ends without having done its work. */
  readonly breaksAt: 'nowhere' | 'begin' | 'registered';
}

/** The state machine in small: the order of the real steps, their retries, the wait for a job's event, and the polls. */
export class SimulatedExecution {
  readonly #options: ExecutionOptions;

  constructor(options: ExecutionOptions) {
    this.#options = options;
  }

  async run(sealed: SealedBatch): Promise<void> {
    const { breaksAt, bucket, ledger, network, scheduler } = this.#options;
    if (breaksAt === 'begin') throw new Error('the execution failed before its first step');
    const batch = await this.#retried('register', (process) =>
      register(sealed, {
        store: bucket.connect(process, network),
        ledger,
        nowMs: () => scheduler.nowMs,
        outputS3Uri: 's3://results/jobs/',
        defaultDatastoreId: '0'.repeat(32),
      }),
    );
    if (breaksAt === 'registered') throw new Error('the execution failed after its first step');
    if (isFinal(batch.status)) return;
    for (let isPrepared = batch.prepared; ; isPrepared = false) {
      if (!isPrepared) {
        await this.#retried('prepare-part', (process) =>
          preparePart(sealed, { store: bucket.connect(process, network), ledger }),
        );
      }
      await this.#import(batch);
      if ((await this.#reconcile(sealed.batchId)) === 'completed') return;
    }
  }

  /** Has a part imported: waits for its job's event, and asks after the job when the event does not come. */
  async #import(batch: { readonly batchId: BatchId; readonly datastoreId: string }): Promise<void> {
    const { ledger, imports } = this.#options;
    for (;;) {
      if ((await this.#startImport(batch.batchId)) === 'ended') return;
      for (let isQueued = false; !isQueued; ) {
        await this.#pause(POLL_INTERVAL_MS);
        const job = await this.#retried('poll-import', (process) =>
          pollImport(batch, { ledger, jobs: imports.jobsFor(process) }),
        );
        if (hasEnded(job)) return;
        isQueued = job.jobStatus === 'QUEUED';
      }
    }
  }

  async #startImport(batchId: BatchId): Promise<Answer> {
    const { ledger, imports, scheduler } = this.#options;
    const { answer } = await this.#retried('start-import', async (process) => {
      // Every attempt has a token of its own.
      const { taskToken, answer } = imports.tasks.issue();
      const asked = await startImport(
        { batchId, taskToken },
        {
          ledger,
          queue: imports.queueFor(process),
          jobs: imports.jobsFor(process),
          tasks: imports.tasks,
          nowMs: () => scheduler.nowMs,
        },
      );
      if (asked.outcome === 'queued') await imports.startAtOnce(process, { batchId, lane: asked.lane });
      return { answer };
    });
    return answer;
  }

  /** What the step of this name writes into the ledger when all of a job's files were imported. */
  async #reconcile(batchId: BatchId): Promise<'completed' | 'importing'> {
    const { ledger, scheduler } = this.#options;
    const [, ...parts] = (await ledger.findBatch(batchId))?.parts ?? [];
    const next = parts.length > 0 ? 'importing' : 'completed';
    const updatedAt = new Date(scheduler.nowMs).toISOString();
    const rest = parts.length > 0 ? { parts, jobId: null, jobStatus: null } : { parts: null };
    await ledger.moveBatch(batchId, next, { ...rest, lane: null, updatedAt });
    return next;
  }

  async #retried<T>(step: string, run: (process: SimulatedProcess) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await run(this.#options.begin(step));
      } catch (error) {
        if (attempt === STEP_ATTEMPTS) throw error;
        await this.#pause(2_000 * attempt);
      }
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.#options.scheduler.after(ms, resolve));
  }
}
