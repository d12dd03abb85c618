import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { combineCrc32 } from '../../../service/store/combine-crc32.ts';

it('gives the CRC-32 of two pieces as if they had been hashed as one', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 5_000 }), fc.uint8Array({ maxLength: 5_000 }), (a, b) => {
      expect(combineCrc32(crc32(a), crc32(b), b.length)).toBe(crc32(Buffer.concat([a, b])));
    }),
  );
});

it('takes lengths beyond 32 bits', () => {
  const piece = new Uint8Array(2 ** 20).fill(7);
  const power = new Map([[piece.length, crc32(piece)]]);
  const of = (bytes: number): number => power.get(bytes) ?? 0;
  for (let bytes = piece.length; bytes < 2 ** 34; bytes *= 2) {
    power.set(2 * bytes, combineCrc32(of(bytes), of(bytes), bytes));
  }
  // However they are joined: 8 + 8 GiB, or 8 GiB and 4 + 4 GiB behind it at once, or one after the other.
  const [four, eight] = [2 ** 32, 2 ** 33];
  expect(combineCrc32(combineCrc32(of(eight), of(four), four), of(four), four)).toBe(of(2 ** 34));
  expect(combineCrc32(of(four), combineCrc32(of(eight), of(four), four), eight + four)).toBe(of(2 ** 34));
});
