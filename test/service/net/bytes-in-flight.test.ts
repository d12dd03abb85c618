import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BytesInFlight } from '../../../service/net/bytes-in-flight.ts';

const MIB = 1024 * 1024;

function rig(maxBytes: number) {
  const told: (readonly [boolean, number])[] = [];
  const bytesInFlight = new BytesInFlight({ maxBytes, onSaturation: (is, bytes) => told.push([is, bytes]) });
  return { bytesInFlight, told };
}

describe('BytesInFlight', () => {
  it('says nothing up to the limit', () => {
    const { bytesInFlight, told } = rig(100);
    bytesInFlight.open().take(60);
    bytesInFlight.open().take(40);
    expect([bytesInFlight.isSaturated, told]).toEqual([false, []]);
  });

  it('says once that the limit is passed, and once that a quarter of it is free again', () => {
    const { bytesInFlight, told } = rig(100);
    const [first, second, third] = [bytesInFlight.open(), bytesInFlight.open(), bytesInFlight.open()];
    first.take(60);
    second.take(41);
    third.take(20);
    third.close();
    expect(bytesInFlight.isSaturated).toBe(true);
    second.close();
    expect(bytesInFlight.isSaturated).toBe(false);
    expect(told).toEqual([
      [true, 101],
      [false, 60],
    ]);
  });

  it('counts no more of a huge instance than is held of it', () => {
    const { bytesInFlight } = rig(25 * MIB);
    const account = bytesInFlight.open();
    for (let mib = 0; mib < 1_000; mib++) account.take(MIB);
    expect(bytesInFlight.isSaturated).toBe(false);
  });

  it('is clear when all instances are answered or given up, in any order', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 1, max: 7 }), fc.boolean()), { maxLength: 60 }), (steps) => {
        const { bytesInFlight, told } = rig(20);
        const open = Array.from({ length: 7 }, () => bytesInFlight.open());
        for (const [which, closes] of steps) {
          const account = open[which - 1];
          if (closes) account?.close();
          else account?.take(which);
        }
        for (const account of open) account.close();
        expect(bytesInFlight.isSaturated).toBe(false);
        expect(told.map(([isSaturated]) => isSaturated)).toEqual(told.map((_, index) => index % 2 === 0));
      }),
    );
  });
});
