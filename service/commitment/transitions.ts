import { type Commitment, type CommitmentMeaning, isOver } from '../../core/commitment.ts';
import type { CommitmentRequest } from '../dicom/commitment/decode-request.ts';

/** Who asks for commitment, and from where. */
export interface Origin {
  readonly associationId: string;
  readonly callingAeTitle: string;
  readonly calledAeTitle: string;
  readonly address: string;
}

/** A transaction as it begins, held by the process that took the request. */
export function accepted(
  request: CommitmentRequest,
  origin: Origin,
  meaning: CommitmentMeaning,
  holder: string,
  nowMs: number,
): Commitment {
  const { callingAeTitle, calledAeTitle, address } = origin;
  return {
    version: 1,
    transactionUid: request.transactionUid,
    revision: 0,
    state: 'accepted',
    meaning,
    callingAeTitle,
    calledAeTitle,
    address,
    acceptedAtMs: nowMs,
    references: request.references.map(({ sopClassUid, sopInstanceUid }) => [sopClassUid, sopInstanceUid]),
    failures: [],
    tries: 0,
    dueAtMs: nowMs,
    holder,
  };
}

/**
 * What a request comes to whose Transaction UID is known: the same request again is answered like the first, begins
 * anew when that is over, and hurries its report when that is what it waits for. Anything else is a duplicate.
 */
export function askedAgain(known: Commitment, fresh: Commitment): Commitment | 'unchanged' | 'duplicate' {
  if (known.callingAeTitle !== fresh.callingAeTitle || !sameReferences(known, fresh)) return 'duplicate';
  const revision = known.revision + 1;
  if (isOver(known)) return { ...fresh, revision };
  if (known.state === 'decided' && known.holder === undefined) {
    return { ...known, revision, tries: 0, dueAtMs: fresh.dueAtMs, holder: fresh.holder };
  }
  return 'unchanged';
}

export const claimed = (commitment: Commitment, holder: string): Commitment => after(commitment, { holder });

/** It is known what to say of each instance. The report is due at once, and the holder goes on with it. */
export const decided = (commitment: Commitment, failures: Commitment['failures'], nowMs: number): Commitment =>
  after(commitment, { state: 'decided', failures, decidedAtMs: nowMs, tries: 0, dueAtMs: nowMs });

/** Another try, later: by the holder alone if it is kept, by anybody otherwise. */
export function postponed(commitment: Commitment, dueAtMs: number, keepsHolder: boolean): Commitment {
  const next = after(commitment, { tries: commitment.tries + 1, dueAtMs });
  return keepsHolder ? next : released(next);
}

export const ended = (commitment: Commitment, state: 'reported' | 'expired'): Commitment =>
  released(after(commitment, { state }));

const after = (commitment: Commitment, changes: Partial<Commitment>): Commitment => ({
  ...commitment,
  ...changes,
  revision: commitment.revision + 1,
});

function released({ holder: _, ...commitment }: Commitment): Commitment {
  return commitment;
}

function sameReferences(a: Commitment, b: Commitment): boolean {
  const named = new Set(a.references.map((reference) => reference.join(' ')));
  return named.size === b.references.length && b.references.every((reference) => named.has(reference.join(' ')));
}
