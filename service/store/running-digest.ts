import { crc32 } from 'node:zlib';
import type { Digest } from '../../core/object-store.ts';

/** Length and CRC-32 of bytes as they pass. */
export class RunningDigest {
  #bytes = 0;
  #crc32 = 0;

  update(bytes: Uint8Array): void {
    this.#bytes += bytes.length;
    this.#crc32 = crc32(bytes, this.#crc32);
  }

  get(): Digest {
    return { bytes: this.#bytes, crc32: this.#crc32.toString(16).padStart(8, '0') };
  }
}
