import { type BatchId, batchIdOf, batchIdSchema, keyInBatch, leaseKey } from '../../../core/object-keys.ts';
import type { ObjectStore } from '../../../core/object-store.ts';
import { readSeal } from '../../../core/seal.ts';
import { ulidAfter } from '../../../core/ulid.ts';

/**
 * What became of an object that a process began to upload and whose end it did not see. `sealed`: a manifest names it,
 * so it is accounted for. `open`: its batch is not sealed yet, by its owner or by the sweeper in its place; that decides.
 * `absent`: no manifest names it, and none will.
 */
export type ObjectFate =
  | { readonly fate: 'sealed'; readonly batchId: BatchId }
  | { readonly fate: 'open' }
  | { readonly fate: 'absent' };

/** @throws StoreFault when the store cannot tell */
export async function fateOf(store: ObjectStore, key: string): Promise<ObjectFate> {
  const batchId = batchIdOf(key);
  if (batchId === undefined) return { fate: 'absent' };
  const early = await homeOf(store, batchId, key);
  if (early !== undefined) return { fate: 'sealed', batchId: early };
  if ((await store.get(leaseKey(batchId))) !== undefined) return { fate: 'open' };
  // A lease is removed after all else is done with its batch: what the manifests say now is final.
  const home = await homeOf(store, batchId, key);
  return home === undefined ? { fate: 'absent' } : { fate: 'sealed', batchId: home };
}

/** The batch whose manifest names an object: its own, or one of those that what was left out is rescued into. */
async function homeOf(store: ObjectStore, batchId: BatchId, key: string): Promise<BatchId | undefined> {
  for (let id = batchId; ; id = batchIdSchema.parse(ulidAfter(id))) {
    const manifest = await readSeal(store, id);
    if (manifest === undefined) return undefined;
    const there = keyInBatch(key, batchId, id);
    if (manifest.instances.some((instance) => instance.key === there)) return id;
  }
}
