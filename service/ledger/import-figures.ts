import { type FailureReason, failureReasonOf } from '../../core/failure-reason.ts';
import { type BatchRecord, isFinal } from '../../core/ledger.ts';

/** What is read of a batch. Times are ISO 8601. */
export type SeenBatch = Pick<BatchRecord, 'batchId' | 'status' | 'sealedAt' | 'updatedAt'> &
  Partial<Pick<BatchRecord, 'files' | 'endedAt' | 'reason' | 'imported' | 'warned' | 'failed' | 'unaccounted'>>;

/** A batch that has ended, as it is counted. */
export interface EndedBatch {
  readonly batchId: BatchRecord['batchId'];
  readonly status: BatchRecord['status'];
  /** From its seal to its end. */
  readonly durationMs: number;
  readonly imported: number;
  readonly warned: number;
  readonly failed: number;
  readonly unaccounted: number;
  /** Why it failed as a whole: a known word. */
  readonly reason: FailureReason | undefined;
}

/** Counts each end of a batch once, although the ledger is asked about an overlapping time again and again. */
export class EndedBatches {
  readonly #overlapMs: number;
  readonly #startedAtMs: number;
  /** Ends that were counted, with the time of the record. */
  readonly #counted = new Map<string, string>();
  readonly #newest = new Map<BatchRecord['status'], string>();

  /** @param nowMs batches that ended before are not counted: a former process did */
  constructor(nowMs: number, overlapMs: number) {
    this.#startedAtMs = nowMs;
    this.#overlapMs = overlapMs;
  }

  /** From when on to ask for batches of this status. The index lags, so what was just asked for is asked for again. */
  since(status: BatchRecord['status']): string {
    const newest = this.#newest.get(status);
    if (newest === undefined) return new Date(this.#startedAtMs).toISOString();
    const sinceMs = Math.max(Date.parse(newest) - this.#overlapMs, this.#startedAtMs);
    return new Date(sinceMs).toISOString();
  }

  /** @returns those that have not been counted yet */
  take(batches: readonly SeenBatch[]): readonly EndedBatch[] {
    const fresh: EndedBatch[] = [];
    for (const batch of batches) {
      if (!isFinal(batch.status)) continue;
      const { batchId, status, updatedAt, endedAt = updatedAt } = batch;
      if (updatedAt > (this.#newest.get(status) ?? '')) this.#newest.set(status, updatedAt);
      // A batch that was started again ends again, at another time.
      const end = `${batchId} ${endedAt}`;
      if (this.#counted.has(end)) continue;
      this.#counted.set(end, updatedAt);
      fresh.push(endOf(batch, endedAt));
    }
    this.#forget();
    return fresh;
  }

  /** Drops ends that are too old to be asked for again. */
  #forget(): void {
    const oldest = [...this.#newest.keys()].map((status) => this.since(status)).sort()[0] ?? '';
    for (const [end, updatedAt] of this.#counted) if (updatedAt < oldest) this.#counted.delete(end);
  }
}

function endOf(batch: SeenBatch, endedAt: string): EndedBatch {
  const { batchId, status, sealedAt, files = 0, imported = 0, warned = 0, unaccounted = 0, reason } = batch;
  return {
    batchId,
    status,
    durationMs: Math.max(0, Date.parse(endedAt) - Date.parse(sealedAt)),
    imported,
    warned,
    // A batch that failed before its manifest could be read has no counts.
    failed: batch.failed ?? (status === 'failed' ? files : 0),
    unaccounted,
    reason: reason === undefined ? undefined : failureReasonOf(reason),
  };
}
