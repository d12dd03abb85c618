import type { DataSetEncoding } from '../uids/transfer-syntaxes.ts';

/** Length field of a value whose end is marked by a delimiter (PS3.5 7.1.1). */
export const undefinedLength = 0xffffffff;

/** The longest element header: tag, VR, two reserved bytes and a 32-bit length. */
export const maxElementHeaderBytes = 12;

/** The shortest element header; enough to tell how long the whole header is. */
export const minElementHeaderBytes = 8;

/** VRs followed by a 16-bit length; all others, those still to be invented included, have 32 bits (PS3.5 7.1.2). */
const shortLengthVrs: ReadonlySet<number> = new Set(
  'AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US'.split(' ').map(vrCode),
);

/** Two VR letters as the number `vrAt` reads. */
export function vrCode(vr: string): number {
  return (vr.charCodeAt(0) << 8) | vr.charCodeAt(1);
}

/** VR at byte 4 of an explicit VR element header. */
export function vrAt(header: Uint8Array): number {
  return (byteAt(header, 4) << 8) | byteAt(header, 5);
}

/** Tag of an element header as one unsigned number: (0008,0018) is 0x00080018. */
export function tagAt(header: Uint8Array, encoding: DataSetEncoding): number {
  return readUint16(header, 0, encoding) * 0x10000 + readUint16(header, 2, encoding);
}

/**
 * How many bytes the element header has whose first `minElementHeaderBytes` are given.
 * Items and delimiters (group FFFE) have no VR in any encoding (PS3.5 7.5).
 */
export function elementHeaderBytes(header: Uint8Array, encoding: DataSetEncoding): number {
  return lengthField(header, encoding) === 'long-after-vr' ? maxElementHeaderBytes : minElementHeaderBytes;
}

/** Value length in bytes, or `undefinedLength`, of a complete element header. */
export function valueLengthAt(header: Uint8Array, encoding: DataSetEncoding): number {
  switch (lengthField(header, encoding)) {
    case 'long-after-tag':
      return readUint32(header, 4, encoding);
    case 'long-after-vr':
      return readUint32(header, 8, encoding);
    case 'short-after-vr':
      return readUint16(header, 6, encoding);
  }
}

function lengthField(
  header: Uint8Array,
  encoding: DataSetEncoding,
): 'long-after-tag' | 'long-after-vr' | 'short-after-vr' {
  if (encoding === 'implicit-vr-little-endian' || readUint16(header, 0, encoding) === 0xfffe) return 'long-after-tag';
  const first = byteAt(header, 4);
  const second = byteAt(header, 5);
  if (isUpperCase(first) && isUpperCase(second)) {
    return shortLengthVrs.has((first << 8) | second) ? 'short-after-vr' : 'long-after-vr';
  }
  // Real writers get VRs wrong in two ways: "??" or the like where a VR belongs, always with a 16-bit length, and
  // single implicit VR elements, whose length stands where the VR should and seldom reads as two printable characters.
  return isPrintable(first) && isPrintable(second) ? 'short-after-vr' : 'long-after-tag';
}

function readUint16(bytes: Uint8Array, offset: number, encoding: DataSetEncoding): number {
  const first = byteAt(bytes, offset);
  const second = byteAt(bytes, offset + 1);
  return encoding === 'explicit-vr-big-endian' ? (first << 8) | second : (second << 8) | first;
}

/** Unsigned 32-bit number in the byte order of the encoding. */
export function readUint32(bytes: Uint8Array, offset: number, encoding: DataSetEncoding): number {
  const first = readUint16(bytes, offset, encoding);
  const second = readUint16(bytes, offset + 2, encoding);
  return encoding === 'explicit-vr-big-endian' ? first * 0x10000 + second : second * 0x10000 + first;
}

function byteAt(bytes: Uint8Array, offset: number): number {
  return bytes[offset] ?? 0;
}

function isUpperCase(byte: number): boolean {
  return byte >= 0x41 && byte <= 0x5a;
}

function isPrintable(byte: number): boolean {
  return byte >= 0x20 && byte <= 0x7e;
}
