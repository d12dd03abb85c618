import { type Commitment, commitmentSchema } from '../../../core/commitment.ts';
import { accepted } from '../../../service/commitment/transitions.ts';

export const ct = '1.2.840.10008.5.1.4.1.1.2';
export const origin = { associationId: 'a', callingAeTitle: 'CT1', calledAeTitle: 'STORESCP', address: '10.1.2.3' };

/** A transaction that asks for instances of CT, held by `holder`. */
export function sampleCommitment(
  transactionUid: string,
  sopInstanceUids: readonly string[] = ['2.25.1', '2.25.2'],
  changes: Partial<Commitment> = {},
): Commitment {
  const references = sopInstanceUids.map((sopInstanceUid) => ({ sopClassUid: ct, sopInstanceUid }));
  return commitmentSchema.parse({
    ...accepted({ transactionUid, references }, origin, 'stored', 'p1', 1_000),
    ...changes,
  });
}
