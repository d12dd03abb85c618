import { type BatchId, batchIdOf, manifestPrefix } from '../../core/object-keys.ts';
import type { ObjectStore } from '../../core/object-store.ts';
import { readSeal } from '../../core/seal.ts';
import { ulidTimeMs } from '../../core/ulid.ts';
import type { SealedInstance, SealedRecords } from './holdings.ts';

/** Modalities ask for commitment soon after they have sent; those that ask weeks later need the ledger. */
const lookBackMs = 7 * 86_400_000;

/** Records of sealed batches as their manifests say it, the newest first, for want of a ledger. */
export function manifestRecords(store: ObjectStore): SealedRecords {
  return {
    find: async (sopInstanceUids, askedAtMs) => {
      const missing = new Set(sopInstanceUids);
      const found = new Map<string, SealedInstance[]>();
      for (const batchId of await batchesSince(store, askedAtMs - lookBackMs)) {
        if (missing.size === 0) break;
        const manifest = await readSeal(store, batchId);
        const named = (manifest?.instances ?? []).filter(({ sopInstanceUid }) => missing.has(sopInstanceUid));
        for (const { sopInstanceUid, sopClassUid, bytes, key } of named) {
          const instance: SealedInstance = { sopInstanceUid, sopClassUid, bytes, key, status: 'received' };
          found.set(sopInstanceUid, [...(found.get(sopInstanceUid) ?? []), instance]);
        }
        for (const { sopInstanceUid } of named) missing.delete(sopInstanceUid);
      }
      return found;
    },
  };
}

async function batchesSince(store: ObjectStore, sinceMs: number): Promise<readonly BatchId[]> {
  const batchIds: BatchId[] = [];
  for await (const { key } of store.list(manifestPrefix)) {
    const batchId = batchIdOf(key);
    if (batchId !== undefined && ulidTimeMs(batchId) >= sinceMs) batchIds.push(batchId);
  }
  return batchIds.reverse();
}
