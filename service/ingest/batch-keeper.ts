import type { ManifestInstance } from '../../core/manifest.ts';
import type { BatchId } from '../../core/object-keys.ts';
import type { Digest, ObjectMetadata, ObjectStore, ObjectWriter } from '../../core/object-store.ts';
import type { Emit } from '../telemetry/events.ts';
import { safeText } from '../telemetry/safe-text.ts';
import type { Batches } from './batches.ts';
import { instanceFields } from './instance-fields.ts';
import type { Keeper, Keeping, Kept } from './keeper.ts';
import type { OpenBatch } from './open-batch.ts';

export interface BatchKeeperOptions {
  readonly store: ObjectStore;
  readonly batches: Batches;
  readonly emit: Emit;
}

/** Keeps instances in the store, each in a batch of one route. */
export class BatchKeeper implements Keeper {
  readonly #options: BatchKeeperOptions;

  constructor(options: BatchKeeperOptions) {
    this.#options = options;
  }

  begin(associationId: string, metadata: ObjectMetadata): BatchKeeping {
    return new BatchKeeping(associationId, metadata, this.#options);
  }
}

/** One instance on its way into a batch. */
export class BatchKeeping implements Keeping {
  /** Where it will lie, unless the batch is sealed or full before it is kept. */
  readonly key: string;
  readonly #associationId: string;
  readonly #options: BatchKeeperOptions;
  readonly #batch: OpenBatch;
  readonly #writer: ObjectWriter;
  /** As a manifest would name it, from the beginning of its commit on. */
  #committed: ManifestInstance | undefined;
  #isOver = false;

  constructor(associationId: string, metadata: ObjectMetadata, options: BatchKeeperOptions) {
    this.#associationId = associationId;
    this.#options = options;
    this.#batch = options.batches.admit(associationId, metadata.traceparent);
    this.key = this.#batch.reserveKey(metadata.seriesInstanceUid, metadata.sopInstanceUid);
    this.#writer = options.store.create(this.key, metadata);
  }

  write(bytes: Uint8Array): Promise<void> | undefined {
    return this.#writer.write(bytes);
  }

  /** Of all that was written so far. */
  digest(): Digest {
    return this.#writer.digest();
  }

  async keep(metadata: ObjectMetadata): Promise<Kept & { readonly home: BatchId }> {
    const { batches, emit } = this.#options;
    const { sopInstanceUid } = metadata;
    const digest = this.#writer.digest();
    const differs = this.#batch.hasOther(sopInstanceUid, digest);
    const { outcome, home } = await this.#batch.keepOnce(sopInstanceUid, digest, async () => {
      const instance = { key: this.key, ...digest, ...metadata };
      this.#committed = instance;
      await this.#writer.commit();
      const taken = await batches.take(this.#batch, instance);
      this.#isOver = true;
      return taken;
    });
    // Before the wait: its twin may wait for the batch to be sealed, which waits for all that is in flight.
    await this.discard();
    const batchId = await home;
    if (outcome === 'kept' && differs) {
      const fields = instanceFields(this.#associationId, metadata);
      emit({ event: 'instance-differs', ...fields, batchId, key: safeText(this.key, 512) });
    }
    return { outcome, bytes: digest.bytes, home: batchId };
  }

  async discard(): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    const { batches } = this.#options;
    const mayAppearForMs = this.#committed && this.#writer.mayAppearForMs();
    if (this.#committed !== undefined && mayAppearForMs !== undefined)
      batches.leave(this.#batch, this.#committed, mayAppearForMs);
    await this.#writer.discard();
    batches.drop(this.#batch);
  }
}
