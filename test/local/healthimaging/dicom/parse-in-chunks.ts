import { parseInstance } from '../../../../local/healthimaging/dicom/parse-instance.ts';

async function* inChunks(bytes: Uint8Array, chunkBytes: number): AsyncIterable<Uint8Array> {
  for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
}

/** Parses a file that comes in chunks of this many bytes, and gathers its pixel data. */
export async function parseInChunks(bytes: Uint8Array, chunkBytes = 65_536) {
  const pixels: Buffer[] = [];
  const instance = await parseInstance(inChunks(bytes, chunkBytes), (chunk) => {
    pixels.push(Buffer.from(chunk));
    return undefined;
  });
  return { ...instance, pixels: Buffer.concat(pixels) };
}
