import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batchIdSchema } from '../../core/object-keys.ts';
import { ulid, ulidTimeMs } from '../../core/ulid.ts';

const time = fc.integer({ min: 0, max: 2 ** 48 - 1 });
const random = fc.uint8Array({ minLength: 10, maxLength: 10 });

describe('ulid', () => {
  it('makes the id of the specification for known input', () => {
    expect(ulid(1_469_918_176_385, new Uint8Array(10))).toBe('01ARYZ6S410000000000000000');
    expect(ulid(0, new Uint8Array(10))).toBe('0'.repeat(26));
    expect(ulid(2 ** 48 - 1, new Uint8Array(10).fill(0xff))).toBe('7ZZZZZZZZZZZZZZZZZZZZZZZZZ');
  });

  it('puts the bits of the randomness in order', () => {
    expect(ulid(0, Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 1)).endsWith('1')).toBe(true);
    expect(ulid(0, Uint8Array.of(0x08, 0, 0, 0, 0, 0, 0, 0, 0, 0)).slice(10, 12)).toBe('10');
  });

  it('refuses what it cannot tell', () => {
    for (const wrong of [-1, 0.5, 2 ** 48, Number.NaN])
      expect(() => ulid(wrong, new Uint8Array(10))).toThrow(RangeError);
    expect(() => ulid(0, new Uint8Array(9))).toThrow(RangeError);
  });

  it('sorts by time, tells its time and is a batch id', () => {
    fc.assert(
      fc.property(time, time, random, random, (a, b, randomA, randomB) => {
        const [idA, idB] = [ulid(a, randomA), ulid(b, randomB)];
        if (a !== b) expect(idA < idB).toBe(a < b);
        expect(ulidTimeMs(idA)).toBe(a);
        expect(batchIdSchema.parse(idA)).toBe(idA);
      }),
    );
  });

  it('keeps all eighty bits of the randomness', () => {
    fc.assert(
      fc.property(random, random, (a, b) => {
        expect(ulid(0, a) === ulid(0, b)).toBe(Buffer.from(a).equals(Buffer.from(b)));
      }),
    );
  });
});
