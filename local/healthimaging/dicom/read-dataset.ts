import type { Attributes, AttributeValue } from './attributes.ts';
import type { ByteReader } from './byte-reader.ts';
import { type DecodeText, textDecoder } from './character-set.ts';
import { DicomFault } from './dicom-fault.ts';
import { lookUp } from './dictionary.ts';
import {
  type ElementHeader,
  type Encoding,
  itemDelimiterTag,
  itemTag,
  readElementHeader,
  sequenceDelimiterTag,
  truncated,
} from './element-header.ts';
import { elementValue } from './element-value.ts';

/** Longer values are read past and not kept: HealthImaging keeps those apart from the metadata too. */
const maxValueBytes = 1024 * 1024;
const maxDepth = 32;
const pixelDataTags = new Set(['7FE00008', '7FE00009', '7FE00010']);

export interface Dataset {
  readonly attributes: Attributes;
  /** VRs of the attributes that no dictionary knows, by tag. */
  readonly vrs: Readonly<Record<string, string>>;
}

/**
 * Reads a data set to the end of the stream, holding one element at a time.
 * Pixel data of the data set itself, as opposed to that of an icon in a sequence, is left to `readPixelData`, which
 * must read all of it.
 * @throws DicomFault TRUNCATED or MALFORMED
 */
export async function readDataset(
  reader: ByteReader,
  encoding: Encoding,
  readPixelData: (header: ElementHeader, before: Attributes) => Promise<void>,
): Promise<Dataset> {
  const attributes: Record<string, AttributeValue> = {};
  const vrs: Record<string, string> = {};
  const scope: Scope = { reader, encoding, attributes, vrs, decodeText: textDecoder([]), signed: false, depth: 0 };
  for (;;) {
    const header = await readElementHeader(reader, encoding);
    if (header === undefined) return { attributes, vrs };
    if (pixelDataTags.has(header.tag)) await readPixelData(header, attributes);
    else await readElement(scope, header);
  }
}

/** The data set or item that is being read, and what in it bears on the elements to come. */
interface Scope {
  readonly reader: ByteReader;
  readonly encoding: Encoding;
  readonly attributes: Record<string, AttributeValue>;
  readonly vrs: Record<string, string>;
  readonly depth: number;
  decodeText: DecodeText;
  signed: boolean;
}

async function readElement(scope: Scope, header: ElementHeader): Promise<void> {
  const { tag } = header;
  const entry = lookUp(tag);
  const value = await readValue(scope, header, entry?.multiple ?? false);
  if (value === undefined || tag.endsWith('0000')) return;
  if (entry === undefined) {
    scope.attributes[tag] = value;
    if (scope.depth === 0) scope.vrs[tag] = header.vr;
    return;
  }
  scope.attributes[entry.keyword] = value;
  if (tag === '00080005') scope.decodeText = textDecoder([value].flat().map(String));
  if (tag === '00280103') scope.signed = value === 1;
}

async function readValue(
  scope: Scope,
  { tag, vr, length }: ElementHeader,
  multiple: boolean,
): Promise<AttributeValue | undefined> {
  const { reader, encoding } = scope;
  if (vr === '') throw new DicomFault('MALFORMED', `DICOM item or delimiter out of place at byte ${reader.position}`);
  if (vr === 'SQ') return readSequence(scope, length, encoding);
  if (length === undefined) {
    // PS3.5 6.2.2 note: UN of undefined length is a sequence in Implicit VR Little Endian.
    if (vr === 'UN') return readSequence(scope, undefined, { explicitVr: false, littleEndian: true });
    if (vr === 'OB' || vr === 'OW') return skipFragments(reader, encoding);
    throw new DicomFault('MALFORMED', `DICOM element (${tag.slice(0, 4)},${tag.slice(4)}) has no length`);
  }
  if (length > maxValueBytes) {
    if ((await reader.drain(length, () => undefined)) < length) throw truncated(reader);
    return undefined;
  }
  if (!(await reader.fill(length))) throw truncated(reader);
  const bytes = reader.take(length);
  const knownVr = vr === 'UN' && encoding.explicitVr ? lookUp(tag)?.vr : undefined;
  const isSigned = scope.signed && lookUp(tag)?.vr === 'xs' && !encoding.explicitVr;
  return elementValue(isSigned ? 'SS' : knownVr === undefined || knownVr === 'SQ' ? vr : knownVr, bytes, {
    decodeText: scope.decodeText,
    // PS3.5 6.2.2: the value of a UN element is in little endian whatever the transfer syntax.
    littleEndian: knownVr === undefined ? encoding.littleEndian : true,
    multiple,
  });
}

async function readSequence(
  outer: Scope,
  length: number | undefined,
  encoding: Encoding,
): Promise<readonly Attributes[] | null> {
  if (outer.depth >= maxDepth) throw new DicomFault('MALFORMED', 'DICOM sequences are nested too deeply');
  const { reader } = outer;
  const end = length === undefined ? undefined : reader.position + length;
  const items: Attributes[] = [];
  while (end === undefined || reader.position < end) {
    const header = await readElementHeader(reader, encoding);
    if (header === undefined) throw truncated(reader);
    if (header.tag === sequenceDelimiterTag) break;
    if (header.tag !== itemTag) throw new DicomFault('MALFORMED', `DICOM item expected at byte ${reader.position}`);
    const item: Scope = { ...outer, encoding, attributes: {}, depth: outer.depth + 1 };
    await readItem(item, header.length === undefined ? undefined : reader.position + header.length);
    items.push(item.attributes);
  }
  return items.length === 0 ? null : items;
}

async function readItem(scope: Scope, end: number | undefined): Promise<void> {
  while (end === undefined || scope.reader.position < end) {
    const header = await readElementHeader(scope.reader, scope.encoding);
    if (header === undefined) throw truncated(scope.reader);
    if (header.tag === itemDelimiterTag) return;
    await readElement(scope, header);
  }
}

async function skipFragments(reader: ByteReader, encoding: Encoding): Promise<undefined> {
  for (;;) {
    const header = await readElementHeader(reader, encoding);
    if (header === undefined) throw truncated(reader);
    if (header.tag === sequenceDelimiterTag) return undefined;
    const length = header.length ?? 0;
    if ((await reader.drain(length, () => undefined)) < length) throw truncated(reader);
  }
}
