import {
  elementHeaderBytes,
  maxElementHeaderBytes,
  minElementHeaderBytes,
  readUint32,
  tagAt,
  valueLengthAt,
} from '../dataset/element-header.ts';
import { headerText } from '../dataset/instance-header.ts';
import { type FileMeta, fileMetaOffset } from './file-meta.ts';

/** File meta information as found: only the transfer syntax is sure to be there. */
export type ReadFileMeta = Pick<FileMeta, 'transferSyntaxUid'> & Partial<FileMeta>;

export type ReadFileMetaResult =
  /** Call again with a longer prefix of the file: at least `minBytes`. */
  | { readonly state: 'need-more'; readonly minBytes: number }
  /** `dataSetOffset` is where in the file the data set begins. */
  | { readonly state: 'meta'; readonly meta: ReadFileMeta; readonly dataSetOffset: number }
  | { readonly state: 'not-part10'; readonly reason: string };

const encoding = 'explicit-vr-little-endian';
const groupLengthTag = 0x00020000;

/** Real file meta information has a few hundred bytes; private information (0002,0102) may add some. */
const maxFileMetaBytes = 1024 * 1024;

const fieldsByTag: ReadonlyMap<number, keyof FileMeta> = new Map([
  [0x00020002, 'mediaStorageSopClassUid'],
  [0x00020003, 'mediaStorageSopInstanceUid'],
  [0x00020010, 'transferSyntaxUid'],
  [0x00020012, 'implementationClassUid'],
  [0x00020013, 'implementationVersionName'],
  [0x00020016, 'sourceApplicationEntityTitle'],
  [0x00020018, 'receivingApplicationEntityTitle'],
]);

/**
 * Reads preamble and group 0002 (PS3.10 7.1) off a prefix of a file of any length. The content of the preamble does not
 * matter. A missing or wrong group length is tolerated: then the group ends at the first tag of another group.
 */
export function readFileMeta(prefix: Uint8Array): ReadFileMetaResult {
  if (prefix.length < fileMetaOffset) return { state: 'need-more', minBytes: fileMetaOffset };
  if (headerText(prefix.subarray(fileMetaOffset - 4, fileMetaOffset)) !== 'DICM') {
    return { state: 'not-part10', reason: 'There is no "DICM" at byte 128.' };
  }
  const values: Partial<Record<keyof FileMeta, string>> = {};
  let offset = fileMetaOffset;
  let announcedEnd: number | undefined;
  while (offset !== announcedEnd) {
    const header = prefix.subarray(offset, offset + maxElementHeaderBytes);
    if (header.length < minElementHeaderBytes) return { state: 'need-more', minBytes: offset + minElementHeaderBytes };
    const tag = tagAt(header, encoding);
    if (tag >>> 16 !== 0x0002) break;
    const valueOffset = offset + elementHeaderBytes(header, encoding);
    if (prefix.length < valueOffset) return { state: 'need-more', minBytes: valueOffset };
    const valueLength = valueLengthAt(header, encoding);
    const end = valueOffset + valueLength;
    if (end > maxFileMetaBytes) return { state: 'not-part10', reason: 'Group 0002 does not end within 1 MiB.' };
    if (prefix.length < end) return { state: 'need-more', minBytes: end };
    const value = prefix.subarray(valueOffset, end);
    const field = fieldsByTag.get(tag);
    if (field !== undefined) values[field] = headerText(value);
    if (tag === groupLengthTag && valueLength === 4) announcedEnd = end + readUint32(value, 0, encoding);
    offset = end;
  }
  const { transferSyntaxUid } = values;
  return transferSyntaxUid === undefined
    ? { state: 'not-part10', reason: 'There is no transfer syntax (0002,0010).' }
    : { state: 'meta', meta: { ...values, transferSyntaxUid }, dataSetOffset: offset };
}
