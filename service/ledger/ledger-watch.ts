import type { Clock, Schedule, Timer } from '../../core/clock.ts';
import { type FailureReason, failureReasonOf } from '../../core/failure-reason.ts';
import { batchStatusSchema, isFinal } from '../../core/ledger.ts';
import { type EndedBatch, EndedBatches } from './import-figures.ts';
import type { LedgerQueries } from './ledger-queries.ts';

/** How long the index that is read may lag behind the table. */
const OVERLAP_MS = 120_000;
const EVER = '1970-01-01T00:00:00.000Z';

/** Takes what a read of the ledger has found. */
export interface LedgerFindings {
  /** Batches that are sealed and have not ended. */
  readonly unfinished: (figures: {
    readonly registered: number;
    readonly queued: number;
    readonly importing: number;
    /** When the one was sealed that was sealed first; undefined where there is none. */
    readonly oldestSealedAtMs: number | undefined;
    readonly readAtMs: number;
  }) => void;
  readonly ended: (batch: EndedBatch) => void;
  readonly notImported: (reason: FailureReason, instances: number) => void;
  readonly readFailed: (error: unknown) => void;
}

export interface LedgerWatchOptions {
  readonly queries: LedgerQueries;
  readonly findings: LedgerFindings;
  readonly intervalMs: number;
  readonly clock: Clock;
  readonly schedule: Schedule;
}

/** Reads the ledger now and then, and tells what became of batches. */
export class LedgerWatch {
  readonly #options: LedgerWatchOptions;
  readonly #ended: EndedBatches;
  #timer: Timer | undefined;
  #isClosed = false;

  constructor(options: LedgerWatchOptions) {
    this.#options = options;
    this.#ended = new EndedBatches(options.clock.nowMs(), OVERLAP_MS);
  }

  /** Reads now, and again so long after each time that it has ended. A read that fails is told and comes again. */
  async run(): Promise<void> {
    const { findings, schedule, intervalMs } = this.#options;
    try {
      await this.read();
    } catch (error) {
      findings.readFailed(error);
    }
    if (!this.#isClosed) this.#timer = schedule(intervalMs, () => this.run());
  }

  async read(): Promise<void> {
    const { queries, findings, clock } = this.#options;
    const registered = await queries.batches('registered', EVER);
    const queued = await queries.batches('queued', EVER);
    const importing = await queries.batches('importing', EVER);
    const sealedAtMs = [...registered, ...queued, ...importing].map(({ sealedAt }) => Date.parse(sealedAt));
    for (const status of batchStatusSchema.options.filter(isFinal)) {
      const batches = await queries.batches(status, this.#ended.since(status));
      for (const batch of this.#ended.take(batches)) await this.#tell(batch);
    }
    findings.unfinished({
      registered: registered.length,
      queued: queued.length,
      importing: importing.length,
      oldestSealedAtMs: sealedAtMs.length === 0 ? undefined : Math.min(...sealedAtMs),
      readAtMs: clock.nowMs(),
    });
  }

  close(): void {
    this.#isClosed = true;
    this.#timer?.cancel();
  }

  async #tell(batch: EndedBatch): Promise<void> {
    const { queries, findings } = this.#options;
    findings.ended(batch);
    const missing = batch.failed + batch.unaccounted;
    if (missing === 0) return;
    if (batch.status === 'failed') return findings.notImported(batch.reason ?? 'other', missing);
    const reasons = await queries.failures(batch.batchId).catch(() => []);
    for (const reason of reasons) findings.notImported(failureReasonOf(reason), 1);
    // What could not be read has failed nevertheless.
    const unnamed = missing - reasons.length;
    if (unnamed > 0) findings.notImported('other', unnamed);
  }
}
