import { transferSyntaxes } from '../uids/transfer-syntaxes.ts';
import type { ReferencedSop } from './decode-request.ts';
import { itemTag } from './elements.ts';
import { eventTypes, tags } from './tags.ts';

/** What is reported of a Storage Commitment Request (PS3.4 table J.3-2). */
export interface CommitmentReport {
  readonly transactionUid: string;
  readonly committed: readonly ReferencedSop[];
  readonly failed: readonly FailedSop[];
}

export interface FailedSop extends ReferencedSop {
  /** See `failureReasons`. */
  readonly failureReason: number;
}

/** Event Type ID of the report: whether failures exist. */
export const eventTypeOf = ({ failed }: CommitmentReport): number =>
  failed.length === 0 ? eventTypes.successful : eventTypes.failuresExist;

/**
 * The data set of an N-EVENT-REPORT. A sequence without items is left out: both are required only where there is
 * something to say.
 * @throws Error for any transfer syntax but Implicit and Explicit VR Little Endian, which are all that is negotiated
 */
export function encodeCommitmentReport(report: CommitmentReport, transferSyntaxUid: string): Uint8Array {
  const encoding = transferSyntaxes.get(transferSyntaxUid)?.encoding;
  if (encoding !== 'implicit-vr-little-endian' && encoding !== 'explicit-vr-little-endian') {
    throw new Error(`no report can be encoded in ${transferSyntaxUid}`);
  }
  const isExplicit = encoding === 'explicit-vr-little-endian';
  const element = (tag: number, vr: 'UI' | 'US' | 'SQ', value: Uint8Array) =>
    joined([header(tag, vr, value.length, isExplicit), value]);
  const reference = ({ sopClassUid, sopInstanceUid }: ReferencedSop) => [
    element(tags.referencedSopClassUid, 'UI', uid(sopClassUid)),
    element(tags.referencedSopInstanceUid, 'UI', uid(sopInstanceUid)),
  ];
  const sequence = (tag: number, items: readonly (readonly Uint8Array[])[]) =>
    items.length === 0 ? [] : [element(tag, 'SQ', joined(items.map((elements) => item(joined(elements)))))];
  return joined([
    element(tags.transactionUid, 'UI', uid(report.transactionUid)),
    ...sequence(
      tags.failedSopSequence,
      report.failed.map((failed) => [
        ...reference(failed),
        element(tags.failureReason, 'US', unsignedShort(failed.failureReason)),
      ]),
    ),
    ...sequence(tags.referencedSopSequence, report.committed.map(reference)),
  ]);
}

function header(tag: number, vr: string, length: number, isExplicit: boolean): Uint8Array {
  const isLong = vr === 'SQ';
  const bytes = new Uint8Array(isExplicit && isLong ? 12 : 8);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, tag >>> 16, true);
  view.setUint16(2, tag & 0xffff, true);
  if (!isExplicit) {
    view.setUint32(4, length, true);
    return bytes;
  }
  bytes[4] = vr.charCodeAt(0);
  bytes[5] = vr.charCodeAt(1);
  if (isLong) view.setUint32(8, length, true);
  else view.setUint16(6, length, true);
  return bytes;
}

/** An item has no VR in any encoding (PS3.5 7.5). */
const item = (content: Uint8Array): Uint8Array => joined([header(itemTag, '', content.length, false), content]);

/** Padded to an even length with NUL (PS3.5 6.2). */
function uid(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length + (text.length % 2));
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}

const unsignedShort = (value: number): Uint8Array => Uint8Array.of(value & 0xff, value >>> 8);

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
