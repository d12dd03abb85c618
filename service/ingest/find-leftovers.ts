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
  { leftovers, instances, overflow }: OpenBatch,
  {
    store,
    clock,
    schedule,
  }: { readonly store: ObjectStore; readonly clock: Pick<Clock, 'monotonicMs'>; readonly schedule: Schedule },
): Promise<readonly ManifestInstance[]> {
  const found: ManifestInstance[] = [];
  for (const { instance, settledAtMs } of leftovers) {
    const isTaken = [...instances, ...overflow, ...found].some(
      (other) => other.sopInstanceUid === instance.sopInstanceUid && sameDigest(other, instance),
    );
    const leftMs = settledAtMs - clock.monotonicMs();
    if (leftMs > 0) await new Promise<void>((resolve) => schedule(leftMs, resolve));
    if (isTaken) continue;
    const there = await store.head(instance.key);
    if (there !== undefined && sameDigest(there, instance)) found.push(instance);
  }
  return found;
}
