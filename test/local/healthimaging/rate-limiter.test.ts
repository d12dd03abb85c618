import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Bucket, takeToken } from '../../../local/healthimaging/rate-limiter.ts';

const rate = { perSecond: 1, burst: 2 };

/** How many of the requests at these times get through. */
function admitted(timesMs: readonly number[]): number {
  let bucket: Bucket | undefined;
  let count = 0;
  for (const nowMs of timesMs) {
    const result = takeToken(bucket, rate, nowMs);
    bucket = result.bucket;
    if (result.taken) count += 1;
  }
  return count;
}

describe('a token bucket', () => {
  it('lets a burst through and then one request a second', () => {
    expect(admitted([0, 0, 0])).toBe(2);
    expect(admitted([0, 0, 999])).toBe(2);
    expect(admitted([0, 0, 1000])).toBe(3);
  });

  it('keeps no more than a burst', () => {
    expect(admitted([0, 3_600_000, 3_600_000, 3_600_000])).toBe(3);
  });

  it('never lets more through than the burst and what has flowed in', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 60_000 }), { minLength: 1 }), (times) => {
        const ordered = times.toSorted((one, other) => one - other);
        const spanMs = (ordered.at(-1) ?? 0) - (ordered[0] ?? 0);
        expect(admitted(ordered)).toBeLessThanOrEqual(rate.burst + (spanMs / 1000) * rate.perSecond);
      }),
    );
  });
});
