import type { BatchId } from '../../core/object-keys.ts';
import type { ObjectMetadata } from '../../core/object-store.ts';

/** Where receptions put what they receive: into a batch in the store, or into the spool first. */
export interface Keeper {
  /**
   * Begins to keep an instance.
   * @param metadata as far as it is known by now
   * @throws StoreFault when nothing can be kept now
   */
  readonly begin: (associationId: string, metadata: ObjectMetadata) => Keeping;
}

/** One instance on its way, as a Part 10 file. Ends with `keep` or `discard`. */
export interface Keeping {
  /** Takes bytes that the caller gives away; answers a promise when the caller should wait before it brings more. */
  readonly write: (bytes: Uint8Array) => Promise<void> | undefined;
  /**
   * Makes it durable: after that, success may be answered.
   * @param metadata as it is known at the end
   * @throws StoreFault; the caller then discards it
   */
  readonly keep: (metadata: ObjectMetadata) => Promise<Kept>;
  /** Leaves nothing behind unless it is kept. Never rejects. */
  readonly discard: () => Promise<void>;
}

export interface Kept {
  /** `identical`: the same bytes were kept already, and once is enough. */
  readonly outcome: 'kept' | 'identical';
  /** Length of the file. */
  readonly bytes: number;
  /** The batch that has it, or the spool, from where it comes into one. */
  readonly home: BatchId | 'spool';
}
