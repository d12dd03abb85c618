import { combineCrc32 } from '../combine-crc32.ts';
import type { Slab } from './slab.ts';

/** Bytes in slabs, ready to be sent as often as it takes. */
export interface SlabBody {
  readonly slabs: readonly Slab[];
  readonly bytes: number;
  readonly crc32: number;
}

/** What the slabs hold, in their order. */
export function bodyOf(slabs: readonly Slab[]): SlabBody {
  let bytes = 0;
  let crc32 = 0;
  for (const slab of slabs) {
    bytes += slab.filledBytes;
    crc32 = combineCrc32(crc32, slab.crc32, slab.filledBytes);
  }
  return { slabs, bytes, crc32 };
}
