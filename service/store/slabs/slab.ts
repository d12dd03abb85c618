import { crc32 } from 'node:zlib';

/** Memory of a fixed size that is filled once, sent, and used again for something else. */
export class Slab {
  readonly #memory: Uint8Array;
  #filledBytes = 0;
  #crc32 = 0;

  constructor(bytes: number) {
    this.#memory = Buffer.allocUnsafeSlow(bytes);
  }

  get filledBytes(): number {
    return this.#filledBytes;
  }

  /** CRC-32 of what is in it. */
  get crc32(): number {
    return this.#crc32;
  }

  get isFull(): boolean {
    return this.#filledBytes === this.#memory.length;
  }

  /** What is in it; valid until the slab is given back. */
  get content(): Uint8Array {
    return this.#memory.subarray(0, this.#filledBytes);
  }

  /** Copies as much as there is room for. @returns how many bytes that was */
  fill(bytes: Uint8Array): number {
    const taken = bytes.subarray(0, this.#memory.length - this.#filledBytes);
    this.#memory.set(taken, this.#filledBytes);
    this.#filledBytes += taken.length;
    this.#crc32 = crc32(taken, this.#crc32);
    return taken.length;
  }

  empty(): void {
    this.#filledBytes = 0;
    this.#crc32 = 0;
  }
}
