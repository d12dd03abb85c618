import {
  elementHeaderBytes,
  maxElementHeaderBytes,
  minElementHeaderBytes,
  tagAt,
  undefinedLength,
  valueLengthAt,
} from '../dataset/element-header.ts';
import type { DataSetEncoding } from '../uids/transfer-syntaxes.ts';

/** Items within items of a data set that is held in memory; those of storage commitment have one level. */
const maxDepth = 8;

export const itemTag = 0xfffee000;
const itemDelimiterTag = 0xfffee00d;
const sequenceDelimiterTag = 0xfffee0dd;

/** Where an element's value lies; `next` is where the element after it begins. */
export interface Element {
  readonly tag: number;
  readonly start: number;
  readonly end: number;
  readonly next: number;
}

/** The bytes are no data set. */
export class DataSetDamage extends Error {
  override readonly name = 'DataSetDamage';
}

/** The elements, or the items, of bytes [from, to), without those within them. Throws DataSetDamage. */
export function* elementsOf(
  bytes: Uint8Array,
  from: number,
  to: number,
  encoding: DataSetEncoding,
): Generator<Element, void, undefined> {
  for (let at = from; at < to; ) {
    const element = elementAt(bytes, at, to, encoding, 0);
    yield element;
    at = element.next;
  }
}

function elementAt(bytes: Uint8Array, at: number, to: number, encoding: DataSetEncoding, depth: number): Element {
  if (to - at < minElementHeaderBytes) throw new DataSetDamage('an element header is cut short');
  const header = bytes.subarray(at, Math.min(to, at + maxElementHeaderBytes));
  const start = at + elementHeaderBytes(header, encoding);
  if (start > to) throw new DataSetDamage('an element header is cut short');
  const tag = tagAt(header, encoding);
  const length = valueLengthAt(header, encoding);
  if (length === undefinedLength) return { tag, start, ...delimited(bytes, start, to, encoding, depth + 1) };
  if (length > to - start) throw new DataSetDamage('a value reaches beyond what holds it');
  return { tag, start, end: start + length, next: start + length };
}

/** The end of a sequence or item of undefined length (PS3.5 7.5). */
function delimited(bytes: Uint8Array, start: number, to: number, encoding: DataSetEncoding, depth: number) {
  if (depth > maxDepth) throw new DataSetDamage('sequences are nested too deeply');
  for (let at = start; at < to; ) {
    const { tag, next } = elementAt(bytes, at, to, encoding, depth);
    if (tag === itemDelimiterTag || tag === sequenceDelimiterTag) return { end: at, next };
    at = next;
  }
  throw new DataSetDamage('a delimiter is missing');
}
