import { deflateRawSync } from 'node:zlib';

/** A value of a test data set: text, binary, 16-bit numbers, items of a sequence, or encapsulated fragments. */
export type TestValue =
  | string
  | Uint8Array
  | readonly number[]
  | { readonly items: readonly TestElements[]; readonly undefinedLength?: boolean }
  | { readonly fragments: readonly Uint8Array[]; readonly offsetTable?: readonly number[] };

/** Elements by `ggggeeee` and VR, such as `{ '00100020 LO': 'ID 1' }`, in tag order. */
export type TestElements = Readonly<Record<string, TestValue>>;

export const syntaxes = {
  implicit: '1.2.840.10008.1.2',
  explicit: '1.2.840.10008.1.2.1',
  bigEndian: '1.2.840.10008.1.2.2',
  deflated: '1.2.840.10008.1.2.1.99',
  jpeg: '1.2.840.10008.1.2.4.50',
  rle: '1.2.840.10008.1.2.5',
  mpeg2: '1.2.840.10008.1.2.4.100',
  deflatedFrames: '1.2.840.10008.1.2.8.1',
} as const;

const shortVrs = new Set('AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US'.split(' '));

/** A Part 10 file: preamble, file meta information and data set. */
export function part10(elements: TestElements, transferSyntaxUid: string = syntaxes.explicit): Buffer {
  const meta = encode({ '00020010 UI': transferSyntaxUid }, syntaxes.explicit);
  const dataset = encode(elements, transferSyntaxUid);
  const body = transferSyntaxUid === syntaxes.deflated ? deflateRawSync(dataset) : dataset;
  return Buffer.concat([Buffer.alloc(128), Buffer.from('DICM'), meta, body]);
}

/** The elements of a small CT image (4 by 2 pixels of 16 bits), with others in their place or added. */
export function ctElements(overrides: TestElements = {}): TestElements {
  const elements: Record<string, TestValue> = {
    '00080016 UI': '1.2.840.10008.5.1.4.1.1.2',
    '00080018 UI': '1.2.3.1.1',
    '00080020 DA': '20260102',
    '00080050 SH': 'A1',
    '00080060 CS': 'CT',
    '00100010 PN': 'Test^One',
    '00100020 LO': 'P1',
    '0020000D UI': '1.2.3',
    '0020000E UI': '1.2.3.1',
    '00200010 SH': 'S1',
    '00200011 IS': '7',
    '00280002 US': [1],
    '00280004 CS': 'MONOCHROME2',
    '00280010 US': [2],
    '00280011 US': [4],
    '00280100 US': [16],
    '00280103 US': [0],
    '7FE00010 OW': [1, 2, 3, 4, 5, 6, 7, 800],
    ...overrides,
  };
  return Object.fromEntries(Object.entries(elements).sort(([one], [other]) => (one < other ? -1 : 1)));
}

export function without(elements: TestElements, ...names: readonly string[]): TestElements {
  return Object.fromEntries(Object.entries(elements).filter(([name]) => !names.includes(name)));
}

export function encode(elements: TestElements, transferSyntaxUid: string): Buffer {
  const big = transferSyntaxUid === syntaxes.bigEndian;
  const parts = Object.entries(elements).flatMap(([name, value]) => {
    const [tag = '', vr = ''] = name.split(' ');
    const bytes = encodeValue(value, vr, transferSyntaxUid);
    const isOpen = typeof value === 'object' && ('fragments' in value || ('items' in value && value.undefinedLength));
    const length = isOpen ? 0xffffffff : bytes.length;
    if (transferSyntaxUid === syntaxes.implicit) return [tagBytes(tag, big), uint32(length, big), bytes];
    const head = shortVrs.has(vr) ? uint16(length, big) : Buffer.concat([Buffer.alloc(2), uint32(length, big)]);
    return [tagBytes(tag, big), Buffer.from(vr), head, bytes];
  });
  return Buffer.concat(parts);
}

function encodeValue(value: TestValue, vr: string, transferSyntaxUid: string): Buffer {
  const big = transferSyntaxUid === syntaxes.bigEndian;
  if (typeof value === 'string') {
    const bytes = Buffer.from(value, 'utf8');
    return bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, Buffer.from(vr === 'UI' ? '\0' : ' ')]);
  }
  if (value instanceof Uint8Array) return Buffer.from(value);
  if ('fragments' in value) {
    const table = Buffer.concat((value.offsetTable ?? []).map((offset) => uint32(offset, false)));
    const items = [table, ...value.fragments].map((bytes) => item(Buffer.from(bytes), big));
    return Buffer.concat([...items, tagBytes('FFFEE0DD', big), uint32(0, big)]);
  }
  if ('items' in value) {
    const open = value.undefinedLength === true;
    const items = value.items.map((elements) => {
      const bytes = encode(elements, transferSyntaxUid);
      if (!open) return item(bytes, big);
      return Buffer.concat([
        tagBytes('FFFEE000', big),
        uint32(0xffffffff, big),
        bytes,
        tagBytes('FFFEE00D', big),
        uint32(0, big),
      ]);
    });
    return Buffer.concat(open ? [...items, tagBytes('FFFEE0DD', big), uint32(0, big)] : items);
  }
  return Buffer.concat(value.map((number) => uint16(number, big)));
}

function item(bytes: Buffer, big: boolean): Buffer {
  return Buffer.concat([tagBytes('FFFEE000', big), uint32(bytes.length, big), bytes]);
}

function tagBytes(tag: string, big: boolean): Buffer {
  return Buffer.concat([0, 4].map((at) => uint16(Number.parseInt(tag.slice(at, at + 4), 16), big)));
}

function uint16(value: number, big: boolean): Buffer {
  const bytes = Buffer.alloc(2);
  if (big) bytes.writeUInt16BE(value);
  else bytes.writeUInt16LE(value);
  return bytes;
}

function uint32(value: number, big: boolean): Buffer {
  const bytes = Buffer.alloc(4);
  if (big) bytes.writeUInt32BE(value);
  else bytes.writeUInt32LE(value);
  return bytes;
}
