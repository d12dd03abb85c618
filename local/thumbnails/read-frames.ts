import { parseInstance } from '../healthimaging/dicom/parse-instance.ts';
import { encodingOf } from '../healthimaging/dicom/transfer-syntax.ts';
import { frameShape } from './frame-shape.ts';
import type { Raster } from './png.ts';
import { renderFrame } from './render-frame.ts';

/** Uncompressed: implicit and explicit, little and big endian, deflated. */
const native = new Set(['1.2.840.10008.1.2', '1.2.840.10008.1.2.1', '1.2.840.10008.1.2.1.99', '1.2.840.10008.1.2.2']);

/** What is kept of the pixels of an instance. */
const MAX_PIXEL_BYTES = 64 * 1024 * 1024;

/**
 * The first frames of a Part 10 file as pictures.
 * @returns undefined for a transfer syntax or a pixel format that is not drawn here
 * @throws DicomFault
 */
export async function readFrames(
  source: AsyncIterable<Uint8Array>,
  maxFrames: number,
  maxSide: number,
): Promise<readonly Raster[] | undefined> {
  const chunks: Uint8Array[] = [];
  let kept = 0;
  const { attributes, frames, transferSyntaxUid } = await parseInstance(source, (chunk) => {
    if (kept < MAX_PIXEL_BYTES) chunks.push(new Uint8Array(chunk));
    kept += chunk.length;
    return undefined;
  });
  const shape = frameShape(attributes);
  if (shape === undefined || !native.has(transferSyntaxUid)) return undefined;
  const pixels = Buffer.concat(chunks);
  const { littleEndian } = encodingOf(transferSyntaxUid);
  const length = shape.rows * shape.columns * shape.samples * shape.bytesPerSample;
  return frames
    .filter((frame) => frame.length >= length && frame.offset + length <= pixels.length)
    .slice(0, maxFrames)
    .map(({ offset }) => renderFrame(pixels.subarray(offset, offset + length), shape, littleEndian, maxSide));
}
