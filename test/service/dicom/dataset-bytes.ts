import type { DataSetEncoding } from '../../../service/dicom/uids/transfer-syntaxes.ts';

/** An element of a data set that a test builds: text or bytes, or a sequence with its items. */
export type TestElement =
  | { readonly tag: number; readonly vr: string; readonly value: string | Uint8Array }
  | {
      readonly tag: number;
      readonly vr: 'SQ' | 'UN';
      readonly items: readonly (readonly TestElement[])[];
      readonly length: 'defined' | 'undefined';
    };

const longVrs = new Set(['OB', 'OD', 'OF', 'OL', 'OW', 'SQ', 'UC', 'UN', 'UR', 'UT']);

/** The bytes of a data set; elements stay in the order given. */
export function dataSetBytes(elements: readonly TestElement[], encoding: DataSetEncoding): Buffer<ArrayBuffer> {
  return Buffer.concat(elements.map((element) => elementBytes(element, encoding)));
}

function elementBytes(element: TestElement, encoding: DataSetEncoding): Buffer<ArrayBuffer> {
  if (!('items' in element)) {
    const value = Buffer.from(element.value);
    return Buffer.concat([header(element.tag, element.vr, value.length, encoding), value]);
  }
  const isDefined = element.length === 'defined';
  const itemEncoding = element.vr === 'UN' ? 'implicit-vr-little-endian' : encoding;
  const items = element.items.map((item) => {
    const content = dataSetBytes(item, itemEncoding);
    return isDefined
      ? Buffer.concat([tagAndLength(0xfffee000, content.length, itemEncoding), content])
      : Buffer.concat([
          tagAndLength(0xfffee000, 0xffffffff, itemEncoding),
          content,
          tagAndLength(0xfffee00d, 0, itemEncoding),
        ]);
  });
  if (!isDefined) items.push(tagAndLength(0xfffee0dd, 0, itemEncoding));
  const value = Buffer.concat(items);
  return Buffer.concat([header(element.tag, element.vr, isDefined ? value.length : 0xffffffff, encoding), value]);
}

function header(tag: number, vr: string, length: number, encoding: DataSetEncoding): Buffer<ArrayBuffer> {
  if (encoding === 'implicit-vr-little-endian') return tagAndLength(tag, length, encoding);
  const tagBytes = tagAndLength(tag, 0, encoding).subarray(0, 4);
  return longVrs.has(vr)
    ? Buffer.concat([tagBytes, Buffer.from(vr), Buffer.alloc(2), uint(4, length, encoding)])
    : Buffer.concat([tagBytes, Buffer.from(vr), uint(2, length, encoding)]);
}

function tagAndLength(tag: number, length: number, encoding: DataSetEncoding): Buffer<ArrayBuffer> {
  return Buffer.concat([uint(2, tag >>> 16, encoding), uint(2, tag & 0xffff, encoding), uint(4, length, encoding)]);
}

function uint(byteCount: 2 | 4, value: number, encoding: DataSetEncoding): Buffer<ArrayBuffer> {
  const bytes = Buffer.alloc(byteCount);
  if (encoding === 'explicit-vr-big-endian') bytes.writeUIntBE(value, 0, byteCount);
  else bytes.writeUIntLE(value, 0, byteCount);
  return bytes;
}
