import { type BatchId, manifestPrefix } from '../../core/object-keys.ts';
import type { ExecutionStatus, Executions } from '../../lambdas/executions/executions.ts';
import { sealedBatchOf } from '../../lambdas/intake/sealed-batch-of.ts';
import type { SealedBatch } from '../../lambdas/sealed-batch.ts';
import { silentNotices } from '../../lambdas/studies/study-notices.ts';
import { type SweepReport, sweep } from '../../lambdas/sweep/sweep.ts';
import { MemoryLedger } from '../support/memory-ledger.ts';
import type { Network } from './network.ts';
import { LEASE_TTL_MS } from './pod.ts';
import type { Random } from './random.ts';
import { type Scheduler, SimulatedProcess } from './scheduler.ts';
import type { SimulatedBucket } from './simulated-bucket.ts';
import { SimulatedExecution } from './simulated-execution.ts';
import { SimulatedImports } from './simulated-imports.ts';

/** Longer than a request is good for, the clocks' drift in a lease's life, and the second to which S3 tells times. */
export const LEASE_GRACE_MS = 35_000;

const BUCKET = 'ingest';
const MAX_DELIVERIES = 4;

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

/** All behind the bucket: S3's events, the real functions up to a job's end, the real sweep, and models of what AWS runs. */
export class SimulatedPipeline {
  readonly ledger = new MemoryLedger();
  readonly executions = new Map<string, ExecutionStatus>();
  readonly imports: SimulatedImports;
  readonly counts = { duplicateEvents: 0, lostEvents: 0, alreadyStarted: 0, brokenExecutions: 0 };
  readonly #options: PipelineOptions;
  #processes = 0;
  #sweeper: SimulatedProcess | undefined;

  constructor(options: PipelineOptions) {
    this.#options = options;
    this.imports = new SimulatedImports({ ...options, ledger: this.ledger });
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
      onEnded: () => undefined,
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
    const { random, network } = this.#options;
    const isBroken = network.faultRate > 0 && random.chance(0.1);
    if (isBroken) this.counts.brokenExecutions += 1;
    const { ledger, imports } = this;
    const begin = (step: string) => this.#begin(step);
    const breaksAt = isBroken ? random.pick(['begin', 'registered']) : 'nowhere';
    try {
      await new SimulatedExecution({ ...this.#options, ledger, imports, begin, breaksAt }).run(sealed);
    } catch {
      // The ledger tells the sweeper what is unfinished.
    } finally {
      this.executions.set(name, 'ended');
    }
  }

  #begin(kind: string): SimulatedProcess {
    this.#processes += 1;
    return new SimulatedProcess(`${kind}-${this.#processes}`);
  }
}
