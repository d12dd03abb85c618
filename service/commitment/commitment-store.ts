import type { Commitment } from '../../core/commitment.ts';

/**
 * The port to where transactions are kept. What has resolved is durable and seen by every process at once; of several
 * who make the same revision of a transaction, exactly one gets `true`.
 */
export interface CommitmentStore {
  /** Keeps a new transaction, revision 0. @returns false when there is one of this UID */
  readonly create: (commitment: Commitment) => Promise<boolean>;
  readonly find: (transactionUid: string) => Promise<Commitment | undefined>;
  /** Keeps `next` in place of the revision before it. @returns false when that is not the latest any more */
  readonly replace: (next: Commitment) => Promise<boolean>;
  /** Transactions that are not over and due by `nowMs`, held or not; at most `limit`, those due for longest first. */
  readonly due: (nowMs: number, limit: number) => Promise<readonly Commitment[]>;
}

/** A transaction has more instances than can be kept of it. */
export class CommitmentTooLarge extends Error {
  override readonly name = 'CommitmentTooLarge';
}
