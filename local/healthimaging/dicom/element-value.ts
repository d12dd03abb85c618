import type { AttributeValue } from './attributes.ts';
import type { DecodeText } from './character-set.ts';

export interface ValueContext {
  readonly decodeText: DecodeText;
  readonly littleEndian: boolean;
  /** Whether the dictionary allows several values: then even a single one is given as a list. */
  readonly multiple: boolean;
}

type ReadNumber = (bytes: Buffer, offset: number, littleEndian: boolean) => number;

const numbers: Readonly<Record<string, { readonly width: number; readonly read: ReadNumber }>> = {
  US: { width: 2, read: (bytes, offset, le) => (le ? bytes.readUInt16LE(offset) : bytes.readUInt16BE(offset)) },
  SS: { width: 2, read: (bytes, offset, le) => (le ? bytes.readInt16LE(offset) : bytes.readInt16BE(offset)) },
  UL: { width: 4, read: (bytes, offset, le) => (le ? bytes.readUInt32LE(offset) : bytes.readUInt32BE(offset)) },
  SL: { width: 4, read: (bytes, offset, le) => (le ? bytes.readInt32LE(offset) : bytes.readInt32BE(offset)) },
  FL: { width: 4, read: (bytes, offset, le) => (le ? bytes.readFloatLE(offset) : bytes.readFloatBE(offset)) },
  FD: { width: 8, read: (bytes, offset, le) => (le ? bytes.readDoubleLE(offset) : bytes.readDoubleBE(offset)) },
};

const localisedVrs = new Set(['SH', 'LO', 'ST', 'LT', 'UC', 'UT', 'PN']);
const singleTextVrs = new Set(['ST', 'LT', 'UT', 'UR']);
const plainTextVrs = new Set(['AE', 'AS', 'CS', 'DA', 'DS', 'DT', 'IS', 'TM', 'UI', 'UR']);

/**
 * The value of one element as HealthImaging's metadata shows it: numbers of binary VRs as numbers, decimal and integer
 * strings as the text they are (padding included), binary data in base64, nothing as null.
 */
export function elementValue(vr: string, bytes: Buffer, context: ValueContext): AttributeValue {
  if (bytes.length === 0) return null;
  if (vr === 'AT') return listOrOne(tags(bytes, context.littleEndian), context.multiple);
  const number = numbers[vr];
  if (number !== undefined) {
    const values: number[] = [];
    for (let offset = 0; offset + number.width <= bytes.length; offset += number.width) {
      values.push(number.read(bytes, offset, context.littleEndian));
    }
    return listOrOne(values, context.multiple);
  }
  const isLocalised = localisedVrs.has(vr);
  if (!isLocalised && !plainTextVrs.has(vr)) return bytes.toString('base64');
  const text = (isLocalised ? context.decodeText(bytes) : bytes.toString('latin1')).replace(/\0+$/, '');
  if (text === '') return null;
  return singleTextVrs.has(vr) ? text : listOrOne(text.split('\\'), context.multiple);
}

function tags(bytes: Buffer, littleEndian: boolean): string[] {
  const values: string[] = [];
  for (let offset = 0; offset + 4 <= bytes.length; offset += 4) {
    const group = littleEndian ? bytes.readUInt16LE(offset) : bytes.readUInt16BE(offset);
    const element = littleEndian ? bytes.readUInt16LE(offset + 2) : bytes.readUInt16BE(offset + 2);
    values.push((group * 0x10000 + element).toString(16).toUpperCase().padStart(8, '0'));
  }
  return values;
}

function listOrOne<T extends string | number>(values: readonly T[], multiple: boolean): AttributeValue {
  const [first] = values;
  return multiple || values.length > 1 ? values : (first ?? null);
}
