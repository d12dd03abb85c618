import type { BatchId } from '../../core/object-keys.ts';
import type { Lane } from './lane.ts';
import type { LimiterState } from './limiter-state.ts';

/**
 * The port to the batches that wait for a job, and to the one limiter that decides whose turn it is. Waiting batches are
 * read from an index, which may lag behind by moments.
 */
export interface StartQueue {
  /** Makes a lane known. To be called before a batch waits in it. */
  readonly join: (lane: Lane) => Promise<void>;
  /** Up to `limit` batches of a lane, those that wait longest first. */
  readonly headOf: (lane: Lane, limit: number) => Promise<readonly BatchId[]>;
  /** How many jobs of a datastore are under way, by the ledger. */
  readonly countAtWork: (datastoreId: string) => Promise<number>;
  /**
   * Takes the limiter for a while, unless somebody has it.
   * @returns what it knows, or undefined
   */
  readonly acquire: (lease: Lease, nowMs: number) => Promise<LimiterState | undefined>;
  /**
   * Writes what the limiter knows, and renews the lease.
   * @returns the same with the lanes that have come besides, or undefined when somebody else has it: nothing may be started
   */
  readonly save: (lease: Lease, state: LimiterState) => Promise<LimiterState | undefined>;
  /** Gives the limiter back. */
  readonly release: (lease: Lease) => Promise<void>;
}

export interface Lease {
  /** Not used before. */
  readonly owner: string;
  /** When it ends by itself, milliseconds since the epoch. */
  readonly untilMs: number;
}
