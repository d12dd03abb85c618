import { pipeline, Readable } from 'node:stream';
import { createInflateRaw } from 'node:zlib';
import { type Attributes, type AttributeValue, textOf } from './attributes.ts';
import { ByteReader } from './byte-reader.ts';
import { textDecoder } from './character-set.ts';
import { DicomFault } from './dicom-fault.ts';
import { lookUp } from './dictionary.ts';
import { readElementHeader, readTag, truncated } from './element-header.ts';
import { elementValue } from './element-value.ts';
import type { ImportWarning } from './import-warning.ts';
import { checkInstance } from './instance-rules.ts';
import { pixelLayout } from './pixel-layout.ts';
import { readDataset } from './read-dataset.ts';
import { type Frame, type PixelData, readPixelData, type WritePixels } from './read-pixel-data.ts';
import { deflated, encodingOf } from './transfer-syntax.ts';

const maxMetaValueBytes = 65_536;

/** One Part 10 file, read to its end; its pixel data went elsewhere on the way. */
export interface ParsedInstance {
  readonly transferSyntaxUid: string;
  /** The file meta information and the data set, without pixel data. */
  readonly attributes: Attributes;
  readonly vrs: Readonly<Record<string, string>>;
  readonly frames: readonly Frame[];
  /** Pixels of a frame; 0 without an image. */
  readonly rows: number;
  readonly columns: number;
  readonly warnings: readonly ImportWarning[];
}

/**
 * Parses a Part 10 file (PS3.10 7) from a stream, in memory that does not depend on its length.
 * @throws DicomFault when an import would fail this file
 */
export async function parseInstance(
  source: AsyncIterable<Uint8Array>,
  writePixels: WritePixels,
): Promise<ParsedInstance> {
  const file = new ByteReader(source);
  try {
    const meta = await readFileMeta(file);
    const transferSyntaxUid = textOf(meta, 'TransferSyntaxUID');
    if (transferSyntaxUid === '') {
      throw new DicomFault('ATTRIBUTE_MISSING', 'DICOM attribute TransferSyntaxUID does not exist');
    }
    const reader = transferSyntaxUid === deflated ? inflate(file) : file;
    let pixelData: PixelData = { frames: [], warnings: [] };
    const { attributes, vrs } = await readDataset(reader, encodingOf(transferSyntaxUid), async (header, before) => {
      pixelData = await readPixelData(reader, header, before, transferSyntaxUid, writePixels);
    });
    const whole = { ...meta, ...attributes };
    const layout = pixelLayout(attributes);
    return {
      transferSyntaxUid,
      attributes: whole,
      vrs,
      frames: pixelData.frames,
      rows: layout?.rows ?? 0,
      columns: layout?.columns ?? 0,
      warnings: [...checkInstance(whole), ...pixelData.warnings],
    };
  } finally {
    await file.close();
  }
}

async function readFileMeta(reader: ByteReader): Promise<Attributes> {
  if (!(await reader.fill(132)) || reader.take(132).toString('latin1', 128) !== 'DICM') {
    throw new DicomFault('NOT_PART_10', 'The file is not in the DICOM Part 10 format');
  }
  const meta: Record<string, AttributeValue> = {};
  while ((await reader.fill(4)) && readTag(reader.peek(4), true).startsWith('0002')) {
    // PS3.10 7.1: the file meta information is in Explicit VR Little Endian whatever follows it.
    const header = await readElementHeader(reader, { explicitVr: true, littleEndian: true });
    if (header?.length === undefined || header.length > maxMetaValueBytes) {
      throw new DicomFault('MALFORMED', 'DICOM file meta information is malformed');
    }
    if (!(await reader.fill(header.length))) throw truncated(reader);
    meta[lookUp(header.tag)?.keyword ?? header.tag] = elementValue(header.vr, reader.take(header.length), {
      decodeText: textDecoder([]),
      littleEndian: true,
      multiple: false,
    });
  }
  return meta;
}

function inflate(file: ByteReader): ByteReader {
  // An error in the middle destroys the last stream, and is thrown to whoever reads that.
  return new ByteReader(asFaults(pipeline(Readable.from(file.rest()), createInflateRaw(), () => undefined)));
}

async function* asFaults(inflated: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  try {
    yield* inflated;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'Z_BUF_ERROR') throw new DicomFault('TRUNCATED', 'DICOM deflated data set ends early');
    if (code === 'Z_DATA_ERROR') throw new DicomFault('MALFORMED', 'DICOM data set is not deflated');
    throw error;
  }
}
