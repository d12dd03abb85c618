import { batchIdOf, manifestKey } from '../../core/object-keys.ts';
import type { ObjectStore } from '../../core/object-store.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { SealedBatch } from '../sealed-batch.ts';
import { manifestPrefixes } from './manifest-prefixes.ts';

/** The most batches of one state that are looked after in one sweep; the others follow in the next. */
const MAX_BATCHES = 200;

export interface StalledOptions {
  readonly store: ObjectStore;
  readonly ledger: Ledger;
  readonly bucket: string;
  readonly nowMs: () => number;
  readonly lostEventAfterMs: number;
  readonly lostEventLookbackMs: number;
  readonly stuckAfterMs: number;
}

/** Sealed batches that the ledger has never heard of although their event should have come by now. */
export async function findLostEvents(options: StalledOptions): Promise<readonly SealedBatch[]> {
  const { store, ledger, bucket, lostEventAfterMs, lostEventLookbackMs } = options;
  const nowMs = options.nowMs();
  const overdue: SealedBatch[] = [];
  for (const prefix of manifestPrefixes(nowMs - lostEventLookbackMs, nowMs)) {
    for await (const { key, modifiedAtMs } of store.list(prefix)) {
      const batchId = batchIdOf(key);
      if (batchId === undefined || nowMs - modifiedAtMs < lostEventAfterMs) continue;
      overdue.push({ batchId, bucket, manifestKey: key });
    }
  }
  const known = await ledger.knownBatches(overdue.map(({ batchId }) => batchId));
  return overdue.filter(({ batchId }) => !known.has(batchId));
}

/** Batches that the ledger has under way and that have not moved for a while. */
export async function findStuck({ ledger, nowMs, stuckAfterMs }: StalledOptions): Promise<readonly SealedBatch[]> {
  const before = new Date(nowMs() - stuckAfterMs).toISOString();
  const registered = await ledger.batchesUnchangedSince('registered', before, MAX_BATCHES);
  const queued = await ledger.batchesUnchangedSince('queued', before, MAX_BATCHES);
  const importing = await ledger.batchesUnchangedSince('importing', before, MAX_BATCHES);
  return [...registered, ...queued, ...importing].map(({ batchId, bucket }) => ({
    batchId,
    bucket,
    manifestKey: manifestKey(batchId),
  }));
}
