import { decodeUid, isUid } from '../bytes/uid.ts';
import { statuses } from '../dimse/status.ts';
import type { OperationAnswer } from '../effects.ts';
import { type DataSetEncoding, transferSyntaxes } from '../uids/transfer-syntaxes.ts';
import { DataSetDamage, elementsOf, itemTag } from './elements.ts';
import { tags } from './tags.ts';

/** An instance that somebody else is to answer for. */
export interface ReferencedSop {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
}

/** What a Storage Commitment Request asks for (PS3.4 table J.3-1). */
export interface CommitmentRequest {
  readonly transactionUid: string;
  /** At least one. */
  readonly references: readonly ReferencedSop[];
}

export type DecodedRequest = { readonly request: CommitmentRequest } | { readonly refuse: OperationAnswer };

/**
 * Decodes the data set of the N-ACTION of storage commitment, or answers with what it is refused with: 0115H for a
 * value that is missing or ill formed, 0213H for more than `maxReferences` instances, 0110H for what is no data set.
 * An instance that is named twice is taken once.
 */
export function decodeCommitmentRequest(
  dataSet: Uint8Array,
  transferSyntaxUid: string,
  maxReferences: number,
): DecodedRequest {
  const syntax = transferSyntaxes.get(transferSyntaxUid);
  if (syntax === undefined || syntax.deflated) return refuse('processingFailure', 'transfer syntax');
  try {
    return decode(dataSet, syntax.encoding, maxReferences);
  } catch (error) {
    if (!(error instanceof DataSetDamage)) throw error;
    return refuse('processingFailure', error.message);
  }
}

function decode(dataSet: Uint8Array, encoding: DataSetEncoding, maxReferences: number): DecodedRequest {
  let transactionUid = '';
  const references = new Map<string, ReferencedSop>();
  for (const { tag, start, end } of elementsOf(dataSet, 0, dataSet.length, encoding)) {
    if (tag === tags.transactionUid) transactionUid = uidAt(dataSet, start, end);
    if (tag !== tags.referencedSopSequence) continue;
    for (const item of elementsOf(dataSet, start, end, encoding)) {
      if (item.tag !== itemTag) throw new DataSetDamage('a sequence holds something else than items');
      const reference = referenceOf(dataSet, item.start, item.end, encoding);
      if (!isUid(reference.sopClassUid) || !isUid(reference.sopInstanceUid)) {
        return refuse('invalidArgumentValue', 'Referenced SOP Sequence', tags.referencedSopSequence);
      }
      references.set(`${reference.sopClassUid} ${reference.sopInstanceUid}`, reference);
      if (references.size > maxReferences) return refuse('resourceLimitation', `more than ${maxReferences} instances`);
    }
  }
  if (!isUid(transactionUid)) return refuse('invalidArgumentValue', 'Transaction UID', tags.transactionUid);
  if (references.size === 0) {
    return refuse('invalidArgumentValue', 'Referenced SOP Sequence', tags.referencedSopSequence);
  }
  return { request: { transactionUid, references: [...references.values()] } };
}

function referenceOf(dataSet: Uint8Array, from: number, to: number, encoding: DataSetEncoding): ReferencedSop {
  let sopClassUid = '';
  let sopInstanceUid = '';
  for (const { tag, start, end } of elementsOf(dataSet, from, to, encoding)) {
    if (tag === tags.referencedSopClassUid) sopClassUid = uidAt(dataSet, start, end);
    if (tag === tags.referencedSopInstanceUid) sopInstanceUid = uidAt(dataSet, start, end);
  }
  return { sopClassUid, sopInstanceUid };
}

/** What is wrong with a UID's padding changes nothing about whom it names. */
const uidAt = (bytes: Uint8Array, start: number, end: number): string =>
  decodeUid(bytes, start, end, true, () => undefined);

function refuse(status: keyof typeof statuses, errorComment: string, element?: number): DecodedRequest {
  const { code } = statuses[status];
  return {
    refuse: { status: code, errorComment, ...(element === undefined ? {} : { offendingElements: [element] }) },
  };
}
