import type { Lease, Manifest, ManifestInstance } from '../../core/manifest.ts';
import type { ObjectInfo } from '../../core/object-store.ts';

/** A lease is dead when, by the store's own clock, it was last renewed longer ago than it lives, and a grace besides. */
export const isLeaseDead = (
  lease: Pick<ObjectInfo, 'storeNowMs' | 'modifiedAtMs'>,
  { leaseTtlMs, leaseGraceMs }: { readonly leaseTtlMs: number; readonly leaseGraceMs: number },
): boolean => lease.storeNowMs - lease.modifiedAtMs > leaseTtlMs + leaseGraceMs;

/**
 * The manifest that the dead owner of a batch would have written over these instances.
 * @throws Error when the store does not know the checksum of one
 */
export function manifestInPlaceOf(lease: Lease, objects: readonly ObjectInfo[], sealedAtMs: number): Manifest {
  return {
    version: 1,
    batchId: lease.batchId,
    route: lease.route,
    owner: lease.owner,
    openedAt: lease.openedAt,
    sealedAt: new Date(sealedAtMs).toISOString(),
    sealReason: 'owner-died',
    ...(lease.traceparent === undefined ? {} : { traceparent: lease.traceparent }),
    instances: objects.map(instanceOf),
  };
}

/** Whether an object was put by the service. What somebody else put under a batch was never acknowledged to a peer. */
export const isInstance = (object: ObjectInfo): boolean => object.metadata !== undefined;

function instanceOf({ key, bytes, crc32, metadata }: ObjectInfo): ManifestInstance {
  // It may have been acknowledged: a batch sealed without it would lose it.
  if (metadata === undefined || crc32 === '') throw new Error(`the store tells no CRC-32 of ${key}`);
  return { key, bytes, crc32, ...metadata };
}
