import { type Attributes, numberOf, textOf } from './attributes.ts';

/** What the attributes say about the pixel data (PS3.3 C.7.6.3). */
export interface PixelLayout {
  readonly rows: number;
  readonly columns: number;
  readonly numberOfFrames: number;
  readonly bitsAllocated: number;
  readonly isSigned: boolean;
  /** Of one frame of native pixel data. */
  readonly bitsPerFrame: number;
}

/** Undefined when an attribute is missing that the size of a frame depends on. */
export function pixelLayout(attributes: Attributes): PixelLayout | undefined {
  const rows = numberOf(attributes, 'Rows') ?? 0;
  const columns = numberOf(attributes, 'Columns') ?? 0;
  const bitsAllocated = numberOf(attributes, 'BitsAllocated') ?? 0;
  const samples = numberOf(attributes, 'SamplesPerPixel') ?? 1;
  if (rows * columns * bitsAllocated === 0) return undefined;
  // Chrominance is sampled at half the rate: two samples for each pixel instead of three (PS3.3 C.7.6.3.1.2).
  const stored = /^YBR_(FULL|PARTIAL)_422$/.test(textOf(attributes, 'PhotometricInterpretation')) ? 2 : samples;
  return {
    rows,
    columns,
    numberOfFrames: Math.max(1, numberOf(attributes, 'NumberOfFrames') ?? 1),
    bitsAllocated,
    isSigned: numberOf(attributes, 'PixelRepresentation') === 1,
    bitsPerFrame: rows * columns * stored * bitsAllocated,
  };
}
