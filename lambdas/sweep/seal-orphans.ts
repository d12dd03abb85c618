import { type Lease, leaseSchema, type Manifest } from '../../core/manifest.ts';
import { type BatchId, batchPrefix, leaseKey, leasePrefix, manifestKey } from '../../core/object-keys.ts';
import type { ObjectInfo, ObjectStore } from '../../core/object-store.ts';
import { eachOf } from '../each-of.ts';
import { readManifest } from '../read-manifest.ts';
import { isInstance, isLeaseDead, keyInBatch, manifestInPlaceOf } from './orphaned-batch.ts';

const HEADS_AT_ONCE = 16;

export interface SealOptions {
  readonly store: ObjectStore;
  readonly leaseTtlMs: number;
  readonly leaseGraceMs: number;
  readonly newBatchId: () => BatchId;
}

/**
 * What was done about a batch whose lease has run out. `sealed`: in its owner's place. `empty`: there was nothing to
 * seal. `already-sealed`: only its lease was left. `rescued`: it was sealed without these objects, which went into a
 * batch of their own. `renewed`: its owner lives.
 */
export type OrphanOutcome =
  | { readonly type: 'sealed' | 'empty' | 'already-sealed' | 'renewed'; readonly batchId: BatchId }
  | { readonly type: 'rescued'; readonly batchId: BatchId; readonly into: BatchId; readonly instances: number };

/** The leases that have run out, oldest batch first. */
export async function findDeadLeases(options: SealOptions): Promise<readonly ObjectInfo[]> {
  const dead: ObjectInfo[] = [];
  for await (const { key } of options.store.list(leasePrefix)) {
    const lease = await options.store.head(key);
    if (lease !== undefined && isLeaseDead(lease, options)) dead.push(lease);
  }
  return dead;
}

/**
 * Seals one batch in its dead owner's place and removes the lease last: whoever dies in between leaves the lease for
 * the next sweep. A batch without objects is not sealed, since nothing was acknowledged under it and an execution would
 * have nothing to do.
 */
export async function sealOrphan(dead: ObjectInfo, options: SealOptions): Promise<OrphanOutcome> {
  const { store } = options;
  const lease = await readLease(store, dead.key);
  if (lease === undefined) throw new Error(`${dead.key} is no lease that this release can read`);
  const { batchId } = lease;
  const objects = (await headsOf(store, batchPrefix(batchId))).filter(isInstance);
  // Its owner may have been slow instead of dead and have renewed the lease while the objects were listed.
  const now = await store.head(dead.key);
  if (now === undefined || now.modifiedAtMs !== dead.modifiedAtMs) return { type: 'renewed', batchId };

  const outcome = await sealOrRescue(lease, objects, now.storeNowMs, options);
  await store.delete(leaseKey(batchId));
  return outcome;
}

async function sealOrRescue(
  lease: Lease,
  objects: readonly ObjectInfo[],
  sealedAtMs: number,
  { store, newBatchId }: SealOptions,
): Promise<OrphanOutcome> {
  const { batchId } = lease;
  if (objects.length === 0) return { type: 'empty', batchId };
  if (await putManifest(store, manifestInPlaceOf(lease, objects, sealedAtMs))) return { type: 'sealed', batchId };

  const { instances } = await readManifest(store, manifestKey(batchId));
  const sealedKeys = new Set(instances.map(({ key }) => key));
  const strays = objects.filter(({ key }) => !sealedKeys.has(key));
  if (strays.length === 0) return { type: 'already-sealed', batchId };

  const into = newBatchId();
  const moved = strays.map((stray) => ({ ...stray, key: keyInBatch(stray.key, batchId, into) }));
  await eachOf(strays, HEADS_AT_ONCE, ({ key }) => store.copy(key, keyInBatch(key, batchId, into)));
  await putManifest(store, manifestInPlaceOf({ ...lease, batchId: into }, moved, sealedAtMs));
  return { type: 'rescued', batchId, into, instances: strays.length };
}

async function putManifest(store: ObjectStore, manifest: Manifest): Promise<boolean> {
  const bytes = new TextEncoder().encode(JSON.stringify(manifest));
  return (await store.putIfAbsent(manifestKey(manifest.batchId), bytes)) === 'created';
}

async function readLease(store: ObjectStore, key: string): Promise<Lease | undefined> {
  const bytes = await store.get(key);
  if (bytes === undefined) return undefined;
  try {
    return leaseSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch {
    return undefined;
  }
}

async function headsOf(store: ObjectStore, prefix: string): Promise<readonly ObjectInfo[]> {
  const keys: string[] = [];
  for await (const { key } of store.list(prefix)) keys.push(key);
  const heads = new Map<string, ObjectInfo>();
  await eachOf(keys, HEADS_AT_ONCE, async (key) => {
    const head = await store.head(key);
    if (head !== undefined) heads.set(key, head);
  });
  return keys.flatMap((key) => heads.get(key) ?? []);
}
