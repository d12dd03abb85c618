import type { ManifestInstance } from '../../core/manifest.ts';
import { type BatchId, instanceKey } from '../../core/object-keys.ts';
import type { Digest } from '../../core/object-store.ts';
import type { BatchLease } from './lease.ts';

/** Bytes that are, or are about to be, acknowledged. */
interface Claim {
  readonly digest: Digest;
  /** The batch that they were acknowledged in, or undefined when that failed. */
  readonly acknowledged: Promise<BatchId | undefined>;
}

export interface Kept {
  readonly outcome: 'kept' | 'identical';
  readonly batchId: BatchId;
}

/**
 * A batch that takes instances: its lease, the instances acknowledged so far, and the keys given out. The same SOP
 * instance with the same bytes is kept once; with other bytes it gets a key of its own.
 */
export class OpenBatch {
  readonly batchId: BatchId;
  readonly openedAt: string;
  readonly lease: BatchLease;
  /** Resolves when the lease is durable. Nothing is acknowledged before. */
  readonly opened: Promise<void>;
  /** Resolves when the batch is sealed and its lease removed: the batches of those that its manifest does not name. */
  readonly sealed: Promise<ReadonlyMap<string, BatchId>>;
  /** Resolves `sealed`. Takes keys in this batch. */
  readonly conclude: (moved: ReadonlyMap<string, BatchId>) => void;
  readonly instances: ManifestInstance[] = [];
  readonly #variants = new Map<string, number>();
  readonly #claims = new Map<string, Claim[]>();

  constructor(batchId: BatchId, openedAt: string, lease: BatchLease) {
    this.batchId = batchId;
    this.openedAt = openedAt;
    this.lease = lease;
    this.opened = lease.open();
    // Whoever acknowledges awaits it and meets the failure there.
    this.opened.catch(() => undefined);
    const { promise, resolve } = Promise.withResolvers<ReadonlyMap<string, BatchId>>();
    this.sealed = promise;
    this.conclude = resolve;
  }

  /** A key that no other instance of this batch has. */
  reserveKey(seriesInstanceUid: string, sopInstanceUid: string): string {
    const first = instanceKey(this.batchId, seriesInstanceUid, sopInstanceUid);
    const variant = this.#variants.get(first) ?? 0;
    this.#variants.set(first, variant + 1);
    return instanceKey(this.batchId, seriesInstanceUid, sopInstanceUid, variant);
  }

  /**
   * Keeps an instance that has arrived whole, unless the same bytes are acknowledged already.
   * @param keep makes the instance durable and takes it into a batch's account; its rejection is passed on
   */
  async keepOnce(sopInstanceUid: string, digest: Digest, keep: () => Promise<BatchId>): Promise<Kept> {
    const claims = this.#claims.get(sopInstanceUid) ?? [];
    this.#claims.set(sopInstanceUid, claims);
    const findTwin = () => claims.find((claim) => sameDigest(claim.digest, digest));
    // When a twin fails, one of those that waited for it takes its place and the others wait for that one.
    for (let twin = findTwin(); twin !== undefined; twin = findTwin()) {
      const batchId = await twin.acknowledged;
      if (batchId !== undefined) return { outcome: 'identical', batchId };
    }
    const keeping = keep();
    const claim: Claim = { digest, acknowledged: keeping.catch(() => undefined) };
    claims.push(claim);
    try {
      return { outcome: 'kept', batchId: await keeping };
    } catch (error) {
      claims.splice(claims.indexOf(claim), 1);
      throw error;
    }
  }

  /** Whether this batch keeps other bytes under the same SOP instance UID. */
  hasOther(sopInstanceUid: string, digest: Digest): boolean {
    return (this.#claims.get(sopInstanceUid) ?? []).some((claim) => !sameDigest(claim.digest, digest));
  }
}

const sameDigest = (a: Digest, b: Digest): boolean => a.bytes === b.bytes && a.crc32 === b.crc32;
