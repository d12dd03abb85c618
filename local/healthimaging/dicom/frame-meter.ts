import { crc32 } from 'node:zlib';

/** What HealthImaging tells of a frame's pixel values. */
export interface FrameMeasure {
  readonly crc32: number;
  /** Null when the samples are neither 8 nor 16 bits wide. */
  readonly minPixelValue: number | null;
  readonly maxPixelValue: number | null;
}

export interface SampleFormat {
  readonly bitsAllocated: number;
  readonly isSigned: boolean;
  readonly littleEndian: boolean;
}

/** Measures native frames of equal length, given in chunks of any length. */
export class FrameMeter {
  readonly measures: FrameMeasure[] = [];
  readonly #frameBytes: number;
  readonly #format: SampleFormat;
  #filled = 0;
  #crc32 = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;
  /** The first half of a 16-bit sample that the last chunk ended in. */
  #half: number | undefined;

  constructor(frameBytes: number, format: SampleFormat) {
    this.#frameBytes = frameBytes;
    this.#format = format;
  }

  push(chunk: Buffer): void {
    for (let offset = 0; offset < chunk.length; ) {
      const part = chunk.subarray(offset, offset + this.#frameBytes - this.#filled);
      this.#crc32 = crc32(part, this.#crc32);
      if (this.#format.bitsAllocated === 8) this.#pushBytes(part);
      if (this.#format.bitsAllocated === 16) this.#pushWords(part);
      this.#filled += part.length;
      offset += part.length;
      if (this.#filled === this.#frameBytes) this.#endFrame();
    }
  }

  #endFrame(): void {
    const known = this.#min <= this.#max;
    this.measures.push({
      crc32: this.#crc32,
      minPixelValue: known ? this.#min : null,
      maxPixelValue: known ? this.#max : null,
    });
    this.#filled = 0;
    this.#crc32 = 0;
    this.#min = Number.POSITIVE_INFINITY;
    this.#max = Number.NEGATIVE_INFINITY;
    this.#half = undefined;
  }

  #pushBytes(part: Buffer): void {
    for (const byte of part) this.#see(this.#format.isSigned ? (byte << 24) >> 24 : byte);
  }

  #pushWords(part: Buffer): void {
    for (const byte of part) {
      const first = this.#half;
      if (first === undefined) {
        this.#half = byte;
        continue;
      }
      this.#half = undefined;
      const word = this.#format.littleEndian ? first | (byte << 8) : (first << 8) | byte;
      this.#see(this.#format.isSigned ? (word << 16) >> 16 : word);
    }
  }

  #see(sample: number): void {
    if (sample < this.#min) this.#min = sample;
    if (sample > this.#max) this.#max = sample;
  }
}
