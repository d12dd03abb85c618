import type { Clock, Schedule } from '../../core/clock.ts';
import type { ManifestInstance } from '../../core/manifest.ts';
import type { ObjectStore } from '../../core/object-store.ts';
import { type OpenBatch, sameDigest } from './open-batch.ts';

/**
 * What was refused and is in the store all the same. A manifest must name it, since an import takes whatever lies in a
 * batch. Waits until the store can tell for good. Bytes that the batch has taken already are left out: those are removed
 * when it is sealed. Rejects with the store's fault.
 */
export async function findLeftovers(
  batch: OpenBatch,
  {
    store,
    clock,
    schedule,
  }: { readonly store: ObjectStore; readonly clock: Pick<Clock, 'monotonicMs'>; readonly schedule: Schedule },
): Promise<readonly ManifestInstance[]> {
  const { leftovers } = batch;
  const leftMs = Math.max(0, ...leftovers.map(({ settledAtMs }) => settledAtMs - clock.monotonicMs()));
  if (leftMs > 0) await new Promise<void>((resolve) => schedule(leftMs, resolve));
  const open = leftovers.filter(({ instance }) => !batch.has(instance.sopInstanceUid, instance));
  const heads = await Promise.all(open.map(({ instance }) => store.head(instance.key)));
  const found: ManifestInstance[] = [];
  for (const [index, { instance }] of open.entries()) {
    const there = heads[index];
    if (there === undefined || !sameDigest(there, instance)) continue;
    const isTwin = found.some(
      (other) => other.sopInstanceUid === instance.sopInstanceUid && sameDigest(other, instance),
    );
    if (!isTwin) found.push(instance);
  }
  return found;
}
