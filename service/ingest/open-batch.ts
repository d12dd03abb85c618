import type { ManifestInstance } from '../../core/manifest.ts';
import { type BatchId, instanceKey } from '../../core/object-keys.ts';
import type { Digest } from '../../core/object-store.ts';
import type { BatchLease } from './lease.ts';

/** An instance in a batch's account: that can no longer fail. */
export interface Taken {
  /** Resolves, never rejects, when success may be answered: the batch that has it. */
  readonly home: Promise<BatchId>;
}

/** Bytes that are, or are about to be, taken. */
interface Claim {
  readonly digest: Digest;
  /** Undefined when that failed. */
  readonly taken: Promise<Taken | undefined>;
}

/** An instance that was refused after its commit had begun, and is perhaps stored or about to be. */
export interface Leftover {
  readonly instance: ManifestInstance;
  /** By the monotonic clock: from then on the store tells for good whether it is there. */
  readonly settledAtMs: number;
}

/**
 * A batch that takes instances: its lease, the instances acknowledged so far, and the keys given out. The same SOP
 * instance with the same bytes is kept once; with other bytes it gets a key of its own.
 */
export class OpenBatch {
  readonly batchId: BatchId;
  readonly openedAt: string;
  /** Its own trace context. */
  readonly traceparent: string | undefined;
  readonly lease: BatchLease;
  /** Resolves when the lease is durable. Nothing is acknowledged before. */
  readonly opened: Promise<void>;
  /** Resolves when the batch is sealed and its lease removed: the batches of those that its manifest does not name. */
  readonly sealed: Promise<ReadonlyMap<string, BatchId>>;
  /** Resolves `sealed`. Takes keys in this batch. */
  readonly conclude: (moved: ReadonlyMap<string, BatchId>) => void;
  readonly instances: ManifestInstance[] = [];
  /** Stored here, and more than one import job takes: they go into the next batch when this one is sealed. */
  readonly overflow: ManifestInstance[] = [];
  /** Refused and perhaps stored here. They stay until the batch is sealed: a sweeper may be about to name them. */
  readonly leftovers: Leftover[] = [];
  readonly #associations = new Set<string>();
  readonly #variants = new Map<string, number>();
  readonly #claims = new Map<string, Claim[]>();

  constructor(
    batchId: BatchId,
    { openedAt, traceparent }: { readonly openedAt: string; readonly traceparent: string | undefined },
    lease: BatchLease,
  ) {
    this.batchId = batchId;
    this.openedAt = openedAt;
    this.traceparent = traceparent;
    this.lease = lease;
    this.opened = lease.open();
    // Whoever acknowledges awaits it and meets the failure there.
    this.opened.catch(() => undefined);
    const { promise, resolve } = Promise.withResolvers<ReadonlyMap<string, BatchId>>();
    this.sealed = promise;
    this.conclude = resolve;
  }

  /** @returns whether this association has not been told of here before */
  join(associationId: string): boolean {
    const { size } = this.#associations;
    return this.#associations.add(associationId).size > size;
  }

  /** A key that no other instance of this batch has. */
  reserveKey(seriesInstanceUid: string, sopInstanceUid: string): string {
    const first = instanceKey(this.batchId, seriesInstanceUid, sopInstanceUid);
    const variant = this.#variants.get(first) ?? 0;
    this.#variants.set(first, variant + 1);
    return variant === 0 ? first : instanceKey(this.batchId, seriesInstanceUid, sopInstanceUid, variant);
  }

  /**
   * Keeps an instance that has arrived whole, unless the same bytes are taken already.
   * @param take makes the instance durable and takes it into a batch's account; its rejection is passed on
   */
  async keepOnce(
    sopInstanceUid: string,
    digest: Digest,
    take: () => Promise<Taken>,
  ): Promise<Taken & { readonly outcome: 'kept' | 'identical' }> {
    const claims = this.#claims.get(sopInstanceUid) ?? [];
    this.#claims.set(sopInstanceUid, claims);
    const findTwin = () => claims.find((claim) => sameDigest(claim.digest, digest));
    // When a twin fails, one of those that waited for it takes its place and the others wait for that one.
    for (let twin = findTwin(); twin !== undefined; twin = findTwin()) {
      const taken = await twin.taken;
      if (taken !== undefined) return { outcome: 'identical', ...taken };
    }
    const taking = take();
    const claim: Claim = { digest, taken: taking.catch(() => undefined) };
    claims.push(claim);
    try {
      return { outcome: 'kept', ...(await taking) };
    } catch (error) {
      claims.splice(claims.indexOf(claim), 1);
      throw error;
    }
  }

  /** Whether this batch keeps these bytes under this SOP instance UID. */
  has(sopInstanceUid: string, digest: Digest): boolean {
    return (this.#claims.get(sopInstanceUid) ?? []).some((claim) => sameDigest(claim.digest, digest));
  }

  /** Whether this batch keeps other bytes under the same SOP instance UID. */
  hasOther(sopInstanceUid: string, digest: Digest): boolean {
    return (this.#claims.get(sopInstanceUid) ?? []).some((claim) => !sameDigest(claim.digest, digest));
  }
}

export const sameDigest = (a: Digest, b: Digest): boolean => a.bytes === b.bytes && a.crc32 === b.crc32;
