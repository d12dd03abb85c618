import type { Attributes } from './attributes.ts';
import type { ByteReader } from './byte-reader.ts';
import { DicomFault } from './dicom-fault.ts';
import { type ElementHeader, itemTag, readElementHeader, sequenceDelimiterTag } from './element-header.ts';
import { type Fragment, type FrameExtent, indexFrames } from './frame-index.ts';
import { type FrameMeasure, FrameMeter } from './frame-meter.ts';
import { type ImportWarning, importWarnings } from './import-warning.ts';
import { pixelLayout } from './pixel-layout.ts';
import { encodingOf, isSupported, isVideo } from './transfer-syntax.ts';

/** Where pixel data goes while it is read. Answers a promise when the reader should wait before it brings more. */
export type WritePixels = (chunk: Buffer) => Promise<void> | undefined;

export interface Frame extends FrameExtent {
  /** Of native pixel data only: encapsulated frames are not decompressed. */
  readonly measure?: FrameMeasure;
}

export interface PixelData {
  readonly frames: readonly Frame[];
  readonly warnings: readonly ImportWarning[];
}

/**
 * Streams the value of the pixel data element to `write` and finds the frames in it.
 * @param header the element's header, which has been read
 * @throws DicomFault TRUNCATED when the stream ends before the value does
 */
export async function readPixelData(
  reader: ByteReader,
  header: ElementHeader,
  attributes: Attributes,
  transferSyntaxUid: string,
  write: WritePixels,
): Promise<PixelData> {
  if (header.length === undefined) return readFragments(reader, attributes, transferSyntaxUid, write);
  const data = await readNative(reader, header.length, attributes, transferSyntaxUid, write);
  return isSupported(transferSyntaxUid) ? data : blob(header.length, importWarnings.unsupportedTransferSyntax);
}

async function readNative(
  reader: ByteReader,
  length: number,
  attributes: Attributes,
  transferSyntaxUid: string,
  write: WritePixels,
): Promise<PixelData> {
  const layout = pixelLayout(attributes);
  const aligned = layout !== undefined && layout.bitsPerFrame % 8 === 0;
  const { littleEndian } = encodingOf(transferSyntaxUid);
  const meter = aligned ? new FrameMeter(layout.bitsPerFrame / 8, { ...layout, littleEndian }) : undefined;
  await drain(reader, length, (chunk) => {
    meter?.push(chunk);
    return write(chunk);
  });
  if (layout === undefined || Math.ceil((layout.bitsPerFrame * layout.numberOfFrames) / 8) > length) {
    return blob(length, importWarnings.transcodingException);
  }
  const frames = Array.from({ length: layout.numberOfFrames }, (_, index): Frame => {
    // Frames of single bits follow each other without padding (PS3.5 8.1.1): a frame may begin within a byte.
    const offset = Math.floor((index * layout.bitsPerFrame) / 8);
    const end = Math.ceil(((index + 1) * layout.bitsPerFrame) / 8);
    const measure = meter?.measures[index];
    return { offset, length: end - offset, ...(measure !== undefined && { measure }) };
  });
  return { frames, warnings: [] };
}

async function readFragments(
  reader: ByteReader,
  attributes: Attributes,
  transferSyntaxUid: string,
  write: WritePixels,
): Promise<PixelData> {
  const encoding = encodingOf(transferSyntaxUid);
  const fragments: Fragment[] = [];
  let offsetTable: number[] | undefined;
  let offset = 0;
  for (;;) {
    const item = await readElementHeader(reader, encoding);
    if (item === undefined) throw truncatedPixelData(reader);
    if (item.tag === sequenceDelimiterTag) break;
    if (item.tag !== itemTag || item.length === undefined) {
      throw new DicomFault('MALFORMED', `DICOM pixel data item expected at byte ${reader.position}`);
    }
    if (offsetTable === undefined) {
      offsetTable = await readOffsetTable(reader, item.length);
      continue;
    }
    await reader.fill(Math.min(2, item.length));
    const marker = reader.peek(Math.min(2, item.length)).toString('hex');
    await drain(reader, item.length, write);
    fragments.push({ offset, length: item.length, startsCodeStream: marker === 'ffd8' || marker === 'ff4f' });
    offset += item.length;
  }
  if (!isSupported(transferSyntaxUid)) return blob(offset, importWarnings.unsupportedTransferSyntax);
  if (isVideo(transferSyntaxUid)) return { frames: [{ offset: 0, length: offset }], warnings: [] };
  return indexFrames(fragments, offsetTable ?? [], pixelLayout(attributes)?.numberOfFrames ?? 1);
}

async function readOffsetTable(reader: ByteReader, length: number): Promise<number[]> {
  if (!(await reader.fill(length))) throw truncatedPixelData(reader);
  const bytes = reader.take(length);
  return Array.from({ length: Math.floor(length / 4) }, (_, index) => bytes.readUInt32LE(index * 4));
}

async function drain(reader: ByteReader, length: number, write: WritePixels): Promise<void> {
  if ((await reader.drain(length, write)) < length) throw truncatedPixelData(reader);
}

function blob(length: number, warning: ImportWarning): PixelData {
  return { frames: [{ offset: 0, length }], warnings: [warning] };
}

function truncatedPixelData(reader: ByteReader): DicomFault {
  return new DicomFault('TRUNCATED', `DICOM pixel data ends early, after byte ${reader.position}`);
}
