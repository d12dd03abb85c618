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

const preamble = new Uint8Array(128);
const nul = 0x00;
const space = 0x20;

/** Where group 0002 begins in a Part 10 file: behind the preamble and "DICM". */
export const fileMetaOffset = preamble.length + 4;

/**
 * The head of a Part 10 file: 128 zero bytes, "DICM" and group 0002 in explicit VR little endian, whatever the transfer
 * syntax of the data set. The bytes of the data set follow it as they are.
 *
 * AE titles and the version name are 1 to 16 printable ASCII characters other than backslash, UIDs 1 to 64 digits and
 * dots; a UID that is off in its dots or zeros passes, since the file states what was sent.
 * @throws FileMetaError when a value breaks these bounds.
 */
export function encodeFileMeta(meta: FileMeta): Uint8Array {
  const elements = concat([
    // File Meta Information Version 00H 01H. OB has two reserved bytes and a 32-bit length.
    Uint8Array.of(0x02, 0x00, 0x01, 0x00, 0x4f, 0x42, 0x00, 0x00, 0x02, 0x00, 0x00, 0x00, 0x00, 0x01),
    element(0x0002, 'UI', uidValue(meta, 'mediaStorageSopClassUid')),
    element(0x0003, 'UI', uidValue(meta, 'mediaStorageSopInstanceUid')),
    element(0x0010, 'UI', uidValue(meta, 'transferSyntaxUid')),
    element(0x0012, 'UI', uidValue(meta, 'implementationClassUid')),
    element(0x0013, 'SH', textValue(meta, 'implementationVersionName')),
    element(0x0016, 'AE', textValue(meta, 'sourceApplicationEntityTitle')),
    element(0x0018, 'AE', textValue(meta, 'receivingApplicationEntityTitle')),
  ]);
  const groupLength = element(0x0000, 'UL', Uint8Array.of(elements.length & 0xff, elements.length >> 8, 0, 0));
  return concat([preamble, ascii('DICM'), groupLength, elements]);
}

function element(elementNumber: number, vr: 'AE' | 'SH' | 'UI' | 'UL', value: Uint8Array): Uint8Array {
  return concat([Uint8Array.of(0x02, 0x00, elementNumber, 0x00), ascii(vr), Uint8Array.of(value.length, 0x00), value]);
}

function uidValue(meta: FileMeta, field: keyof FileMeta): Uint8Array {
  const uid = meta[field];
  if (!/^[0-9.]{1,64}$/.test(uid)) {
    throw new FileMetaError('invalid-uid', `${field} is not a UID: 1 to 64 digits and dots.`);
  }
  return padded(uid, nul);
}

function textValue(meta: FileMeta, field: keyof FileMeta): Uint8Array {
  const text = meta[field];
  if (!/^[\x20-\x5b\x5d-\x7e]{1,16}$/.test(text)) {
    throw new FileMetaError('invalid-text', `${field} is not 1 to 16 printable ASCII characters without backslash.`);
  }
  return padded(text, space);
}

function padded(text: string, padding: number): Uint8Array {
  const value = ascii(text);
  return value.length % 2 === 0 ? value : concat([value, Uint8Array.of(padding)]);
}

function ascii(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((bytes, part) => bytes + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
