import { type Lease, leaseSchema } from '../../core/manifest.ts';
import { type BatchId, batchIdOf, batchPrefix, leaseKey, leasePrefix } from '../../core/object-keys.ts';
import type { ObjectInfo, ObjectStore } from '../../core/object-store.ts';
import { rescue } from '../../core/rescue.ts';
import { seal } from '../../core/seal.ts';
import { eachOf } from '../each-of.ts';
import { isInstance, isLeaseDead, manifestInPlaceOf } from './orphaned-batch.ts';

const HEADS_AT_ONCE = 16;

export interface SealOptions {
  readonly store: ObjectStore;
  readonly leaseTtlMs: number;
  readonly leaseGraceMs: number;
}

/**
 * What was done about a batch whose lease has run out. `sealed`: in its owner's place. `empty`: there was nothing to
 * seal. `already-sealed`: only its lease was left. `rescued`: it was sealed without these objects, which went into
 * batches of their own, the first of them `into`. `renewed`: its owner lives. `gone`: somebody else has removed the
 * lease meanwhile, which is the last that is done about a batch.
 */
export type OrphanOutcome =
  | { readonly type: 'sealed' | 'empty' | 'already-sealed' | 'renewed' | 'gone'; readonly batchId: BatchId }
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
  const bytes = await store.get(dead.key);
  const batchId = batchIdOf(dead.key);
  if (bytes === undefined && batchId !== undefined) return { type: 'gone', batchId };
  const lease = bytes && parseLease(bytes);
  if (lease === undefined) throw new Error(`${dead.key} is no lease that this release can read`);
  const objects = (await headsOf(store, batchPrefix(lease.batchId))).filter(isInstance);
  // Its owner may have been slow instead of dead and have renewed the lease while the objects were listed.
  const now = await store.head(dead.key);
  if (now === undefined) return { type: 'gone', batchId: lease.batchId };
  if (now.modifiedAtMs !== dead.modifiedAtMs) return { type: 'renewed', batchId: lease.batchId };

  const outcome = await sealOrRescue(lease, objects, now.storeNowMs, store);
  await store.delete(leaseKey(lease.batchId));
  return outcome;
}

async function sealOrRescue(
  lease: Lease,
  objects: readonly ObjectInfo[],
  sealedAtMs: number,
  store: ObjectStore,
): Promise<OrphanOutcome> {
  const { batchId } = lease;
  if (objects.length === 0) return { type: 'empty', batchId };
  const manifest = manifestInPlaceOf(lease, objects, sealedAtMs);
  const winner = await seal(store, manifest);
  if (winner === undefined) return { type: 'sealed', batchId };
  const sealedKeys = new Set(winner.instances.map(({ key }) => key));
  const strays = manifest.instances.filter(({ key }) => !sealedKeys.has(key));
  const [into] = (await rescue(store, manifest, strays)).values();
  return into === undefined
    ? { type: 'already-sealed', batchId }
    : { type: 'rescued', batchId, into, instances: strays.length };
}

function parseLease(bytes: Uint8Array): Lease | undefined {
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
