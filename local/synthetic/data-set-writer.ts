/** The transfer syntaxes that synthetic data sets are written in. */
export const explicitVrLittleEndianUid = '1.2.840.10008.1.2.1';
export const implicitVrLittleEndianUid = '1.2.840.10008.1.2';
export type WrittenTransferSyntaxUid = typeof explicitVrLittleEndianUid | typeof implicitVrLittleEndianUid;

type TextVr = 'CS' | 'DA' | 'DS' | 'IS' | 'LO' | 'PN' | 'SH' | 'TM' | 'UI';

/** One data element; several text values are joined by backslash, the tag of an AT value is a number as in `tag`. */
export type DataElement =
  | { readonly tag: number; readonly vr: TextVr; readonly value: string }
  | { readonly tag: number; readonly vr: 'US' | 'AT'; readonly value: number };

/** VR of pixel data: bytes or 16-bit words. */
export type PixelDataVr = 'OB' | 'OW';

/** The elements in tag order as the bytes of a data set (PS3.5 7.1). */
export function encodeElements(
  elements: readonly DataElement[],
  transferSyntaxUid: WrittenTransferSyntaxUid,
): Uint8Array {
  const ordered = elements.toSorted((one, other) => one.tag - other.tag);
  return Buffer.concat(ordered.map((element) => encodeElement(element, transferSyntaxUid)));
}

/** Header of (7FE0,0010) Pixel Data whose `valueBytes` bytes, an even number, are written after it. */
export function encodePixelDataHeader(
  vr: PixelDataVr,
  valueBytes: number,
  transferSyntaxUid: WrittenTransferSyntaxUid,
): Uint8Array {
  const tag = encodeTag(0x7fe00010);
  // Implicit VR always means OW (PS3.5 A.1); there the length directly follows the tag.
  return transferSyntaxUid === implicitVrLittleEndianUid
    ? Buffer.concat([tag, uint32(valueBytes)])
    : Buffer.concat([tag, Buffer.from(vr), uint16(0), uint32(valueBytes)]);
}

function encodeElement(element: DataElement, transferSyntaxUid: WrittenTransferSyntaxUid): Buffer {
  const value = encodeValue(element);
  const head =
    transferSyntaxUid === implicitVrLittleEndianUid
      ? uint32(value.length)
      : Buffer.concat([Buffer.from(element.vr), uint16(value.length)]);
  return Buffer.concat([encodeTag(element.tag), head, value]);
}

function encodeValue(element: DataElement): Buffer {
  switch (element.vr) {
    case 'US':
      return uint16(element.value);
    case 'AT':
      return encodeTag(element.value);
    default: {
      const padding = element.vr === 'UI' ? '\0' : ' ';
      return Buffer.from(element.value.length % 2 === 0 ? element.value : element.value + padding, 'ascii');
    }
  }
}

function encodeTag(tag: number): Buffer {
  return Buffer.concat([uint16(tag >>> 16), uint16(tag & 0xffff)]);
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
