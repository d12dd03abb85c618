import { type DataSetEncoding, transferSyntaxes } from '../uids/transfer-syntaxes.ts';
import {
  elementHeaderBytes,
  maxElementHeaderBytes,
  minElementHeaderBytes,
  tagAt,
  undefinedLength,
  valueLengthAt,
  vrAt,
  vrCode,
} from './element-header.ts';
import { headerFieldOf, headerText, type InstanceHeader, type InstanceHeaderField } from './instance-header.ts';
import { Nesting } from './nesting.ts';
import type { ValueLengths } from './value-lengths.ts';

/** How far a peek goes before it gives up. */
export interface PeekLimits {
  /** Bytes of the data set looked at, skipped values included. */
  readonly maxScannedBytes: number;
  /** Length of a collected value, padding included. */
  readonly maxValueBytes: number;
  /** Sequences and items of undefined length open at once. */
  readonly maxNestingDepth: number;
}

export const defaultPeekLimits: PeekLimits = {
  maxScannedBytes: 16 * 1024 * 1024,
  maxValueBytes: 128,
  maxNestingDepth: 64,
};

export type UnreadableCode =
  | 'unknown-transfer-syntax'
  | 'scan-limit-exceeded'
  | 'value-too-long'
  | 'nesting-too-deep'
  | 'malformed-sequence'
  | 'truncated';

export type PeekResult =
  | { readonly state: 'need-more' }
  | { readonly state: 'found'; readonly header: InstanceHeader }
  | { readonly state: 'unreadable'; readonly code: UnreadableCode; readonly reason: string };

const itemTag = 0xfffee000;
const itemDelimitationTag = 0xfffee00d;
const sequenceDelimitationTag = 0xfffee0dd;
const firstPixelDataTag = 0x7fe00000;
const unknownVr = vrCode('UN');

const needMore: PeekResult = { state: 'need-more' };
const misplaced: PeekResult = {
  state: 'unreadable',
  code: 'malformed-sequence',
  reason: 'An item or a delimiter stands where it does not belong.',
};

/**
 * Reads the identity of an instance off the start of its data set as the bytes arrive, in chunks of any size. Skipped
 * values are counted, not kept; what is kept is one element header, one collected value and the open sequences.
 *
 * Ends once the four UIDs are known: in a data set in tag order with (0020,000E). While one is missing the data set may
 * be out of order, and the peek goes on to the pixel data or the end. When lengths are asked for it goes on to the first
 * element behind them. No patient attribute is collected.
 */
export class HeaderPeek {
  readonly #limits: PeekLimits;
  readonly #lengths: ValueLengths | undefined;
  readonly #nesting: Nesting;
  readonly #header = new Uint8Array(maxElementHeaderBytes);
  readonly #value: Uint8Array;
  readonly #fields: Partial<Record<InstanceHeaderField, string>> = {};
  #headerBytes = 0;
  #scannedBytes = 0;
  #valueBytesLeft = 0;
  #valueBytes = 0;
  #collecting: InstanceHeaderField | undefined;
  #result: PeekResult = needMore;

  /**
   * @param transferSyntaxUid that of the data set; of a deflated one `push` is given the inflated bytes
   * @param lengths takes note of the elements that pass
   */
  constructor(transferSyntaxUid: string, limits: PeekLimits = defaultPeekLimits, lengths?: ValueLengths) {
    const transferSyntax = transferSyntaxes.get(transferSyntaxUid);
    this.#limits = limits;
    this.#lengths = lengths;
    this.#value = new Uint8Array(limits.maxValueBytes);
    this.#nesting = new Nesting(transferSyntax?.encoding ?? 'explicit-vr-little-endian', limits.maxNestingDepth);
    if (transferSyntax === undefined) {
      this.#result = unreadable('unknown-transfer-syntax', 'How this transfer syntax encodes elements is not known.');
    }
  }

  /** Takes the next bytes of the data set. Once the answer is `found` or `unreadable` it stays. */
  push(bytes: Uint8Array): PeekResult {
    let offset = 0;
    while (offset < bytes.length && this.#result === needMore) {
      offset += this.#valueBytesLeft > 0 ? this.#takeValue(bytes, offset) : this.#takeHeader(bytes, offset);
    }
    return this.#settle();
  }

  /** Says that the data set is complete. What it lacked is undefined in the header that is returned. */
  end(): PeekResult {
    if (this.#result !== needMore) return this.#result;
    const betweenElements = this.#headerBytes === 0 && this.#valueBytesLeft === 0;
    this.#result =
      betweenElements && this.#nesting.container === 'data-set'
        ? this.#foundHeader()
        : unreadable('truncated', 'The data set ends within an element.');
    return this.#settle();
  }

  /** What cannot be read behind the four UIDs does not hide which instance this is. */
  #settle(): PeekResult {
    if (this.#result.state === 'unreadable' && this.#hasEveryUid()) this.#result = this.#foundHeader();
    return this.#result;
  }

  #takeHeader(bytes: Uint8Array, offset: number): number {
    const taken = Math.min(this.#wantedHeaderBytes() - this.#headerBytes, bytes.length - offset);
    this.#header.set(bytes.subarray(offset, offset + taken), this.#headerBytes);
    this.#headerBytes += taken;
    if (this.#headerBytes === this.#wantedHeaderBytes()) {
      const { encoding } = this.#nesting;
      this.#scannedBytes += this.#headerBytes;
      this.#headerBytes = 0;
      this.#result = this.#element(tagAt(this.#header, encoding), valueLengthAt(this.#header, encoding));
      if (this.#result === needMore && this.#scannedBytes > this.#limits.maxScannedBytes) {
        const reason = `The UIDs are not within the first ${this.#limits.maxScannedBytes} bytes.`;
        this.#result = unreadable('scan-limit-exceeded', reason);
      }
    }
    return taken;
  }

  #wantedHeaderBytes(): number {
    return this.#headerBytes < minElementHeaderBytes
      ? minElementHeaderBytes
      : elementHeaderBytes(this.#header, this.#nesting.encoding);
  }

  #element(tag: number, valueLength: number): PeekResult {
    switch (this.#nesting.container) {
      case 'data-set':
        return this.#topLevelElement(tag, valueLength);
      case 'item':
        return tag === itemDelimitationTag ? this.#close() : this.#skip(tag, valueLength);
      case 'sequence':
        if (tag === sequenceDelimitationTag) return this.#close();
        if (tag !== itemTag) return misplaced;
        return valueLength === undefinedLength
          ? this.#open('item', this.#nesting.encoding)
          : this.#expectValue(valueLength);
    }
  }

  #topLevelElement(tag: number, valueLength: number): PeekResult {
    if (tag >= firstPixelDataTag && tag < itemTag) return this.#foundHeader();
    if (this.#lengths !== undefined) {
      if (tag > this.#lengths.lastTag && this.#hasEveryUid()) return this.#foundHeader();
      if (valueLength !== undefinedLength) this.#lengths.note(tag, valueLength);
    }
    const field = headerFieldOf(tag);
    if (field === undefined || valueLength === undefinedLength) return this.#skip(tag, valueLength);
    if (valueLength > this.#limits.maxValueBytes) {
      // An overlong code string does not hide which instance this is; an overlong UID does.
      return field === 'modality' || field === 'specificCharacterSet'
        ? this.#skip(tag, valueLength)
        : unreadable('value-too-long', `${field}: ${valueLength} bytes, over ${this.#limits.maxValueBytes}.`);
    }
    this.#collecting = field;
    return this.#expectValue(valueLength);
  }

  #skip(tag: number, valueLength: number): PeekResult {
    if (tag === itemTag || tag === itemDelimitationTag || tag === sequenceDelimitationTag) return misplaced;
    if (valueLength !== undefinedLength) return this.#expectValue(valueLength);
    // The content of a UN value of undefined length is implicit VR little endian whatever surrounds it (PS3.5 6.2.2).
    const isUnknown = vrAt(this.#header) === unknownVr;
    return this.#open('sequence', isUnknown ? 'implicit-vr-little-endian' : this.#nesting.encoding);
  }

  #expectValue(valueLength: number): PeekResult {
    this.#scannedBytes += valueLength;
    this.#valueBytesLeft = valueLength;
    this.#valueBytes = 0;
    return valueLength === 0 ? this.#endOfValue() : needMore;
  }

  #takeValue(bytes: Uint8Array, offset: number): number {
    const taken = Math.min(this.#valueBytesLeft, bytes.length - offset);
    if (this.#collecting !== undefined) {
      this.#value.set(bytes.subarray(offset, offset + taken), this.#valueBytes);
      this.#valueBytes += taken;
    }
    this.#valueBytesLeft -= taken;
    if (this.#valueBytesLeft === 0) this.#result = this.#endOfValue();
    return taken;
  }

  #endOfValue(): PeekResult {
    if (this.#collecting === undefined) return needMore;
    const text = headerText(this.#value.subarray(0, this.#valueBytes));
    if (text !== '') this.#fields[this.#collecting] ??= text;
    this.#collecting = undefined;
    return this.#lengths === undefined && this.#hasEveryUid() ? this.#foundHeader() : needMore;
  }

  #open(container: 'sequence' | 'item', encoding: DataSetEncoding): PeekResult {
    return this.#nesting.open(container, encoding)
      ? needMore
      : unreadable('nesting-too-deep', `Over ${this.#limits.maxNestingDepth} sequences and items are nested.`);
  }

  #close(): PeekResult {
    this.#nesting.close();
    return needMore;
  }

  #hasEveryUid(): boolean {
    const { sopClassUid, sopInstanceUid, studyInstanceUid, seriesInstanceUid } = this.#fields;
    return [sopClassUid, sopInstanceUid, studyInstanceUid, seriesInstanceUid].every((uid) => uid !== undefined);
  }

  #foundHeader(): PeekResult {
    const { sopClassUid, sopInstanceUid, studyInstanceUid, seriesInstanceUid } = this.#fields;
    const { modality, specificCharacterSet } = this.#fields;
    const uids = { sopClassUid, sopInstanceUid, studyInstanceUid, seriesInstanceUid };
    return { state: 'found', header: { ...uids, modality, specificCharacterSet } };
  }
}

function unreadable(code: UnreadableCode, reason: string): PeekResult {
  return { state: 'unreadable', code, reason };
}
