import type { FrameShape } from './frame-shape.ts';
import type { Raster } from './png.ts';

/** A frame of native pixel data as it is meant to be seen, no side longer than `maxSide`. */
export function renderFrame(frame: Uint8Array, shape: FrameShape, littleEndian: boolean, maxSide: number): Raster {
  const { rows, columns } = shape;
  const scale = Math.max(1, Math.max(rows, columns) / maxSide);
  const width = Math.max(1, Math.floor(columns / scale));
  const height = Math.max(1, Math.floor(rows / scale));
  const places = Array.from({ length: width * height }, (_, at) => {
    const row = Math.floor((Math.floor(at / width) + 0.5) * (rows / height));
    const column = Math.floor(((at % width) + 0.5) * (columns / width));
    return row * columns + column;
  });
  const pixels = shape.samples === 1 ? grey(frame, shape, littleEndian, places) : colour(frame, shape, places);
  return { width, height, samples: shape.samples, pixels };
}

function grey(frame: Uint8Array, shape: FrameShape, littleEndian: boolean, places: readonly number[]): Uint8Array {
  const values = Float64Array.from(places, (place) => sampleAt(frame, shape, littleEndian, place));
  const { center, width } = shape.window ?? wholeRange(values);
  const isInverted = shape.photometric === 'MONOCHROME1';
  return Uint8Array.from(values, (value) => {
    const level = windowed(value, center, width);
    return isInverted ? 255 - level : level;
  });
}

/** The linear VOI function of PS3.3 C.11.2.1.2.1, from 0 to 255. */
export function windowed(value: number, center: number, width: number): number {
  if (width <= 1) return value < center ? 0 : 255;
  const share = (value - (center - 0.5)) / (width - 1) + 0.5;
  return Math.round(Math.min(1, Math.max(0, share)) * 255);
}

function wholeRange(values: Float64Array): { readonly center: number; readonly width: number } {
  let [least, greatest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    least = Math.min(least, value);
    greatest = Math.max(greatest, value);
  }
  const width = greatest - least + 1;
  return { center: least + width / 2, width };
}

/** The value of a pixel in the units of the modality (PS3.3 C.11.1). */
function sampleAt(frame: Uint8Array, shape: FrameShape, littleEndian: boolean, place: number): number {
  const { bytesPerSample, bitsStored, highBit, isSigned, slope, intercept } = shape;
  const at = place * bytesPerSample;
  const [first = 0, second = 0] = [frame[at], frame[at + 1]];
  const word = bytesPerSample === 1 ? first : littleEndian ? first | (second << 8) : (first << 8) | second;
  const bits = (word >>> Math.max(0, highBit - bitsStored + 1)) & ((1 << bitsStored) - 1);
  const isNegative = isSigned && (bits & (1 << (bitsStored - 1))) !== 0;
  return (isNegative ? bits - (1 << bitsStored) : bits) * slope + intercept;
}

function colour(frame: Uint8Array, { rows, columns, isPlanar, photometric }: FrameShape, places: readonly number[]) {
  const plane = rows * columns;
  const pixels = new Uint8Array(places.length * 3);
  for (const [index, place] of places.entries()) {
    const [a = 0, b = 0, c = 0] = isPlanar
      ? [frame[place], frame[plane + place], frame[2 * plane + place]]
      : [frame[place * 3], frame[place * 3 + 1], frame[place * 3 + 2]];
    pixels.set(photometric === 'RGB' ? [a, b, c] : rgbOf(a, b, c), index * 3);
  }
  return pixels;
}

/** PS3.3 C.7.6.3.1.2, YBR_FULL. */
function rgbOf(y: number, cb: number, cr: number): readonly [number, number, number] {
  const clamp = (value: number) => Math.round(Math.min(255, Math.max(0, value)));
  return [
    clamp(y + 1.402 * (cr - 128)),
    clamp(y - 0.344136 * (cb - 128) - 0.714136 * (cr - 128)),
    clamp(y + 1.772 * (cb - 128)),
  ];
}
