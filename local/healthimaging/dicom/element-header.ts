import type { ByteReader } from './byte-reader.ts';
import { DicomFault } from './dicom-fault.ts';
import { lookUp } from './dictionary.ts';

export interface Encoding {
  readonly explicitVr: boolean;
  readonly littleEndian: boolean;
}

export interface ElementHeader {
  /** 8 upper-case hex digits. */
  readonly tag: string;
  /** '' for items and delimiters, which have none. */
  readonly vr: string;
  /** In bytes; undefined for "undefined length". */
  readonly length: number | undefined;
}

export const itemTag = 'FFFEE000';
export const itemDelimiterTag = 'FFFEE00D';
export const sequenceDelimiterTag = 'FFFEE0DD';

/** VRs whose length field has 16 bits (PS3.5 7.1.2); every other, and any to come, has 32. */
const shortVrs = new Set('AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US'.split(' '));

/** Dictionary entries that leave a choice of VR. */
const undecidedVrs: Readonly<Record<string, string>> = { xs: 'US', ox: 'OW', lt: 'OW', up: 'UL' };

/** Reads one element header (PS3.5 7.1); undefined at the end of the stream. */
export async function readElementHeader(reader: ByteReader, encoding: Encoding): Promise<ElementHeader | undefined> {
  if (!(await reader.fill(8))) {
    if (reader.available === 0) return undefined;
    throw truncated(reader);
  }
  const head = reader.peek(8);
  const tag = readTag(head, encoding.littleEndian);
  if (tag.startsWith('FFFE') || !encoding.explicitVr) {
    const length = readUint(reader.take(8), 4, 4, encoding.littleEndian);
    return { tag, vr: tag.startsWith('FFFE') ? '' : implicitVr(tag), length: definedLength(length) };
  }
  const vr = head.toString('latin1', 4, 6);
  if (!/^[A-Z]{2}$/.test(vr)) throw new DicomFault('MALFORMED', `DICOM element (${tagText(tag)}) has no valid VR`);
  if (shortVrs.has(vr)) return { tag, vr, length: readUint(reader.take(8), 6, 2, encoding.littleEndian) };
  if (!(await reader.fill(12))) throw truncated(reader);
  return { tag, vr, length: definedLength(readUint(reader.take(12), 8, 4, encoding.littleEndian)) };
}

/** (gggg,eeee) at the start of `bytes`, as 8 hex digits. */
export function readTag(bytes: Buffer, littleEndian: boolean): string {
  const group = readUint(bytes, 0, 2, littleEndian);
  const element = readUint(bytes, 2, 2, littleEndian);
  return (group * 0x10000 + element).toString(16).toUpperCase().padStart(8, '0');
}

export function truncated(reader: ByteReader): DicomFault {
  return new DicomFault('TRUNCATED', `DICOM file ends in the middle of an element after byte ${reader.position}`);
}

function readUint(bytes: Buffer, offset: number, width: 2 | 4, littleEndian: boolean): number {
  return littleEndian ? bytes.readUIntLE(offset, width) : bytes.readUIntBE(offset, width);
}

function definedLength(length: number): number | undefined {
  return length === 0xffffffff ? undefined : length;
}

function implicitVr(tag: string): string {
  if (tag.endsWith('0000')) return 'UL';
  const isPrivate = Number.parseInt(tag.slice(3, 4), 16) % 2 === 1;
  if (isPrivate) return /^.{4}00[1-9A-F].$/.test(tag) ? 'LO' : 'UN';
  // Overlay and curve groups repeat (PS3.5 7.6); the dictionary has the first of each.
  const vr = lookUp(/^[56]0/.test(tag) ? `${tag.slice(0, 2)}00${tag.slice(4)}` : tag)?.vr ?? 'UN';
  return undecidedVrs[vr] ?? (/^[A-Z]{2}$/.test(vr) ? vr : 'UN');
}

function tagText(tag: string): string {
  return `${tag.slice(0, 4)},${tag.slice(4)}`;
}
