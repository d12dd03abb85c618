import { crc32 } from 'node:zlib';
import type { Digest } from '../../core/object-store.ts';
import { combineCrc32 } from './combine-crc32.ts';

/** Length and CRC-32 of bytes as they pass. */
export class RunningDigest {
  #bytes: number;
  #crc32: number;

  /** Goes on from another digest, or begins. */
  constructor(from?: RunningDigest) {
    this.#bytes = from === undefined ? 0 : from.#bytes;
    this.#crc32 = from === undefined ? 0 : from.#crc32;
  }

  update(bytes: Uint8Array): void {
    this.#bytes += bytes.length;
    this.#crc32 = crc32(bytes, this.#crc32);
  }

  /** Takes bytes of which the CRC-32 is known already. */
  append(bytes: number, crc32OfBytes: number): void {
    this.#bytes += bytes;
    this.#crc32 = combineCrc32(this.#crc32, crc32OfBytes, bytes);
  }

  get(): Digest {
    return { bytes: this.#bytes, crc32: this.#crc32.toString(16).padStart(8, '0') };
  }
}
