/** What the file meta information says about the data set that follows it (PS3.10 7.1). */
export interface FileMeta {
  /** SOP Class of the data set, (0002,0002). */
  readonly mediaStorageSopClassUid: string;
  /** SOP Instance UID of the data set, (0002,0003). */
  readonly mediaStorageSopInstanceUid: string;
  /** Transfer syntax of the data set, (0002,0010). */
  readonly transferSyntaxUid: string;
  /** The implementation that wrote the file, (0002,0012). */
  readonly implementationClassUid: string;
  /** Its version, at most 16 characters, (0002,0013). */
  readonly implementationVersionName: string;
  /** AE that sent the data set: the calling AE of the association, (0002,0016). */
  readonly sourceApplicationEntityTitle: string;
  /** AE that received the data set: the called AE of the association, (0002,0018). */
  readonly receivingApplicationEntityTitle: string;
}

export type FileMetaErrorCode = 'invalid-uid' | 'invalid-text';

/** A value that cannot stand in file meta information. */
export class FileMetaError extends Error {
  override readonly name = 'FileMetaError';
  readonly code: FileMetaErrorCode;

  constructor(code: FileMetaErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

const preambleBytes = 128;
const groupLengthBytes = 12;
const elementHeaderBytes = 8;
const nul = 0x00;
const space = 0x20;
/** File Meta Information Version (0002,0001) 00H 01H. OB has two reserved bytes and a 32-bit length. */
const version = Uint8Array.of(0x02, 0x00, 0x01, 0x00, 0x4f, 0x42, 0x00, 0x00, 0x02, 0x00, 0x00, 0x00, 0x00, 0x01);

/** Where group 0002 begins in a Part 10 file: behind the preamble and "DICM". */
export const fileMetaOffset = preambleBytes + 4;

/**
 * The head of a Part 10 file: 128 zero bytes, "DICM" and group 0002 in explicit VR little endian, whatever the transfer
 * syntax of the data set. The bytes of the data set follow it as they are.
 *
 * AE titles and the version name are 1 to 16 printable ASCII characters other than backslash, UIDs 1 to 64 digits and
 * dots; a UID that is off in its dots or zeros passes, since the file states what was sent.
 * @throws FileMetaError when a value breaks these bounds.
 */
export function encodeFileMeta(meta: FileMeta): Uint8Array {
  const elements: readonly TextElement[] = [
    { number: 0x02, vr: 'UI', text: uidValue(meta, 'mediaStorageSopClassUid') },
    { number: 0x03, vr: 'UI', text: uidValue(meta, 'mediaStorageSopInstanceUid') },
    { number: 0x10, vr: 'UI', text: uidValue(meta, 'transferSyntaxUid') },
    { number: 0x12, vr: 'UI', text: uidValue(meta, 'implementationClassUid') },
    { number: 0x13, vr: 'SH', text: textValue(meta, 'implementationVersionName') },
    { number: 0x16, vr: 'AE', text: textValue(meta, 'sourceApplicationEntityTitle') },
    { number: 0x18, vr: 'AE', text: textValue(meta, 'receivingApplicationEntityTitle') },
  ];
  const groupBytes = elements.reduce((bytes, { text }) => bytes + encodedBytes(text), version.length);
  const encoded = new Uint8Array(fileMetaOffset + groupLengthBytes + groupBytes);
  writeText(encoded, preambleBytes, 'DICM');
  writeHeader(encoded, fileMetaOffset, 0x00, 'UL', 4);
  encoded[fileMetaOffset + elementHeaderBytes] = groupBytes & 0xff;
  encoded[fileMetaOffset + elementHeaderBytes + 1] = groupBytes >> 8;
  let at = fileMetaOffset + groupLengthBytes;
  encoded.set(version, at);
  at += version.length;
  for (const { number, vr, text } of elements) {
    const end = at + encodedBytes(text);
    writeHeader(encoded, at, number, vr, end - at - elementHeaderBytes);
    writeText(encoded, at + elementHeaderBytes, text);
    if (text.length % 2 === 1) encoded[end - 1] = vr === 'UI' ? nul : space;
    at = end;
  }
  return encoded;
}

interface TextElement {
  /** Its element number in group 0002. */
  readonly number: number;
  readonly vr: 'AE' | 'SH' | 'UI';
  readonly text: string;
}

const encodedBytes = (text: string): number => elementHeaderBytes + text.length + (text.length % 2);

function writeHeader(into: Uint8Array, at: number, number: number, vr: string, valueBytes: number): void {
  into[at] = 0x02;
  into[at + 2] = number;
  writeText(into, at + 4, vr);
  into[at + 6] = valueBytes;
}

function writeText(into: Uint8Array, at: number, text: string): void {
  for (let index = 0; index < text.length; index++) into[at + index] = text.charCodeAt(index);
}

function uidValue(meta: FileMeta, field: keyof FileMeta): string {
  const uid = meta[field];
  if (!/^[0-9.]{1,64}$/.test(uid)) {
    throw new FileMetaError('invalid-uid', `${field} is not a UID: 1 to 64 digits and dots.`);
  }
  return uid;
}

function textValue(meta: FileMeta, field: keyof FileMeta): string {
  const text = meta[field];
  if (!/^[\x20-\x5b\x5d-\x7e]{1,16}$/.test(text)) {
    throw new FileMetaError('invalid-text', `${field} is not 1 to 16 printable ASCII characters without backslash.`);
  }
  return text;
}
