import { type Attributes, numberOf, textOf } from '../healthimaging/dicom/attributes.ts';

/** How the samples of a frame are stored, and how they are meant to be seen (PS3.3 C.7.6.3 and C.11.2). */
export interface FrameShape {
  readonly rows: number;
  readonly columns: number;
  readonly samples: 1 | 3;
  readonly bytesPerSample: 1 | 2;
  readonly bitsStored: number;
  readonly highBit: number;
  readonly isSigned: boolean;
  /** Colour by plane: all of red, then all of green, then all of blue. */
  readonly isPlanar: boolean;
  readonly photometric: 'MONOCHROME1' | 'MONOCHROME2' | 'RGB' | 'YBR_FULL';
  readonly slope: number;
  readonly intercept: number;
  /** Absent: from the least to the greatest value of the frame. */
  readonly window: { readonly center: number; readonly width: number } | undefined;
}

const photometrics = ['MONOCHROME1', 'MONOCHROME2', 'RGB', 'YBR_FULL'] as const;

/** Undefined for what is not drawn here: palettes, subsampled colour, single bits, floating point. */
export function frameShape(attributes: Attributes): FrameShape | undefined {
  const number = (keyword: string) => numberOf(attributes, keyword);
  const samples = number('SamplesPerPixel') ?? 1;
  const bitsAllocated = number('BitsAllocated');
  const photometric = photometrics.find((one) => one === textOf(attributes, 'PhotometricInterpretation'));
  const [rows = 0, columns = 0] = [number('Rows'), number('Columns')];
  const isColour = photometric === 'RGB' || photometric === 'YBR_FULL';
  if (rows * columns === 0 || photometric === undefined || isColour !== (samples === 3)) return undefined;
  if ((bitsAllocated !== 8 && bitsAllocated !== 16) || (isColour && bitsAllocated !== 8)) return undefined;
  const bitsStored = number('BitsStored') ?? bitsAllocated;
  const [center, width] = [number('WindowCenter'), number('WindowWidth')];
  return {
    rows,
    columns,
    samples: isColour ? 3 : 1,
    bytesPerSample: bitsAllocated === 8 ? 1 : 2,
    bitsStored,
    highBit: number('HighBit') ?? bitsStored - 1,
    isSigned: number('PixelRepresentation') === 1,
    isPlanar: number('PlanarConfiguration') === 1,
    photometric,
    slope: number('RescaleSlope') ?? 1,
    intercept: number('RescaleIntercept') ?? 0,
    window: center === undefined || width === undefined || width < 1 ? undefined : { center, width },
  };
}
