import { crc32 } from 'node:zlib';

/** A checksum in the making. `digest` gives the bytes, most significant first, and does not end it. */
export interface RunningCrc {
  readonly update: (bytes: Uint8Array) => void;
  readonly digest: () => Buffer;
}

/** CRC-32 (ISO 3309). */
export function startCrc32(): RunningCrc {
  let crc = 0;
  return {
    update: (bytes) => {
      crc = crc32(bytes, crc);
    },
    digest: () => uint32(crc),
  };
}

const crc32cTable = reflectedTable(0x82f63b78);

/** CRC-32C (Castagnoli, RFC 3720). */
export function startCrc32c(): RunningCrc {
  let crc = 0xffffffff;
  return {
    update: (bytes) => {
      for (let i = 0; i < bytes.length; i++) {
        crc = (crc >>> 8) ^ (crc32cTable[(crc ^ (bytes[i] ?? 0)) & 0xff] ?? 0);
      }
    },
    digest: () => uint32(~crc >>> 0),
  };
}

const crc64Tables = reflectedTable64(0x9a6c9329, 0xac4bc9b5);

/** CRC-64/NVME, S3's default for objects that come without a checksum. Kept as two 32-bit halves for speed. */
export function startCrc64Nvme(): RunningCrc {
  let high = 0xffffffff;
  let low = 0xffffffff;
  return {
    update: (bytes) => {
      for (let i = 0; i < bytes.length; i++) {
        const index = (low ^ (bytes[i] ?? 0)) & 0xff;
        low = ((low >>> 8) | (high << 24)) ^ (crc64Tables.low[index] ?? 0);
        high = (high >>> 8) ^ (crc64Tables.high[index] ?? 0);
      }
    },
    digest: () => Buffer.concat([uint32(~high >>> 0), uint32(~low >>> 0)]),
  };
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
}

function reflectedTable(polynomial: number): Int32Array {
  return Int32Array.from({ length: 256 }, (_, index) => {
    let crc = index;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1;
    return crc;
  });
}

function reflectedTable64(polynomialHigh: number, polynomialLow: number) {
  const high = new Int32Array(256);
  const low = new Int32Array(256);
  for (let index = 0; index < 256; index++) {
    let h = 0;
    let l = index;
    for (let bit = 0; bit < 8; bit++) {
      const carry = l & 1;
      l = (l >>> 1) | (h << 31);
      h = h >>> 1;
      if (carry) {
        h ^= polynomialHigh;
        l ^= polynomialLow;
      }
    }
    high[index] = h;
    low[index] = l;
  }
  return { high, low };
}
