import { encodeElements, encodePixelDataHeader, type WrittenTransferSyntaxUid } from './data-set-writer.ts';
import { type ImageDescription, imageElements } from './image-elements.ts';
import { imageKinds, type SyntheticModality } from './image-kind.ts';
import { type FrameShape, frameBytes, frameStrips } from './pixel-pattern.ts';

/** What study to make. */
export interface SyntheticStudyOptions {
  /** Gives a new UID at each call. */
  readonly newUid: () => string;
  readonly modality: SyntheticModality;
  readonly series: number;
  readonly instancesPerSeries: number;
  readonly rows: number;
  readonly columns: number;
  /** Frames of each instance; 1, unless the modality is US. */
  readonly frames: number;
  readonly transferSyntaxUid: WrittenTransferSyntaxUid;
}

/** One instance of a synthetic study. Its bytes are drawn anew, and the same, each time they are asked for. */
export interface SyntheticInstance {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly studyInstanceUid: string;
  readonly transferSyntaxUid: WrittenTransferSyntaxUid;
  /** Length of the data set. */
  readonly bytes: number;
  /** The whole data set, without Part 10 header. */
  dataSet(): Uint8Array;
  /** The data set piece by piece, so that one of any length costs little memory. A piece is a row or 256 KiB at most. */
  chunks(): Generator<Uint8Array>;
}

export type SyntheticStudyErrorCode = 'invalid-size' | 'not-multi-frame' | 'pixel-data-too-long';

/** A study that cannot be made as asked. */
export class SyntheticStudyError extends Error {
  override readonly name = 'SyntheticStudyError';
  readonly code: SyntheticStudyErrorCode;

  constructor(code: SyntheticStudyErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** The longest even value that a 32-bit length can state; FFFFFFFFH means undefined (PS3.5 7.1.1). */
const maxPixelDataBytes = 0xfffffffe;

/**
 * A study of an obviously synthetic patient, instance by instance, series after series. The pixels show a ball before a
 * gradient: the instances of a CT or MR series and the frames of a US instance scroll through it.
 * @throws SyntheticStudyError when the counts and sizes are not those of a valid image.
 */
export function syntheticStudy(options: SyntheticStudyOptions): Generator<SyntheticInstance> {
  checkSize(options);
  return instances(options);
}

function* instances(options: SyntheticStudyOptions): Generator<SyntheticInstance> {
  const { modality, rows, columns, frames, transferSyntaxUid } = options;
  const kind = imageKinds[modality];
  const studyInstanceUid = options.newUid();
  for (let seriesNumber = 1; seriesNumber <= options.series; seriesNumber++) {
    const seriesInstanceUid = options.newUid();
    const frameOfReferenceUid = options.newUid();
    for (let instanceNumber = 1; instanceNumber <= options.instancesPerSeries; instanceNumber++) {
      const sopInstanceUid = options.newUid();
      const image: ImageDescription = {
        kind,
        modality,
        studyInstanceUid,
        seriesInstanceUid,
        frameOfReferenceUid,
        sopInstanceUid,
        seriesNumber,
        instanceNumber,
        rows,
        columns,
        frames,
      };
      const first = kind.isMultiFrame ? 0 : instanceNumber - 1;
      const steps = kind.isMultiFrame ? frames : options.instancesPerSeries;
      yield instanceOf(image, transferSyntaxUid, (frame) => (first + frame + 0.5) / steps);
    }
  }
}

function instanceOf(
  image: ImageDescription,
  transferSyntaxUid: WrittenTransferSyntaxUid,
  phaseOfFrame: (frame: number) => number,
): SyntheticInstance {
  const { kind, sopInstanceUid, seriesInstanceUid, studyInstanceUid, frames } = image;
  const shape: FrameShape = { rows: image.rows, columns: image.columns, ...kind };
  const pixelBytes = frameBytes(shape) * frames;
  const paddingBytes = pixelBytes % 2;
  const head = Buffer.concat([
    encodeElements(imageElements(image), transferSyntaxUid),
    encodePixelDataHeader(kind.pixelDataVr, pixelBytes + paddingBytes, transferSyntaxUid),
  ]);
  function* chunks(): Generator<Uint8Array> {
    yield head;
    for (let frame = 0; frame < frames; frame++) yield* frameStrips(shape, phaseOfFrame(frame));
    if (paddingBytes > 0) yield new Uint8Array(paddingBytes);
  }
  return {
    sopClassUid: kind.sopClassUid,
    sopInstanceUid,
    seriesInstanceUid,
    studyInstanceUid,
    transferSyntaxUid,
    bytes: head.length + pixelBytes + paddingBytes,
    dataSet: () => Buffer.concat([...chunks()]),
    chunks,
  };
}

function checkSize(options: SyntheticStudyOptions): void {
  const { rows, columns, frames, series, instancesPerSeries, modality } = options;
  for (const [name, value, max] of [
    ['rows', rows, 0xffff],
    ['columns', columns, 0xffff],
    ['frames', frames, 2 ** 31 - 1],
    ['series', series, 2 ** 31 - 1],
    ['instancesPerSeries', instancesPerSeries, 2 ** 31 - 1],
  ] as const) {
    if (!Number.isInteger(value) || value < 1 || value > max) {
      throw new SyntheticStudyError('invalid-size', `${name} is ${value}; it must be a whole number from 1 to ${max}.`);
    }
  }
  const kind = imageKinds[modality];
  if (frames > 1 && !kind.isMultiFrame) {
    throw new SyntheticStudyError('not-multi-frame', `A ${modality} image has one frame, not ${frames}.`);
  }
  const pixelBytes = frameBytes({ rows, columns, ...kind }) * frames;
  if (pixelBytes > maxPixelDataBytes) {
    throw new SyntheticStudyError('pixel-data-too-long', `${pixelBytes} bytes of pixel data; the most is 4 GiB - 2.`);
  }
}
