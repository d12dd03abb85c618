import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { manifestKey } from '../../../core/object-keys.ts';
import { manifestPrefixes } from '../../../lambdas/sweep/manifest-prefixes.ts';
import { batchIdAt } from '../../support/sealed-batches.ts';

describe('manifestPrefixes', () => {
  it('cover every batch of the time span, none of them twice', () => {
    const nowMs = Date.UTC(2026, 0, 2);
    const span = fc.record({
      lookbackMs: fc.integer({ min: 0, max: 400 * 86_400_000 }),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(span, ({ lookbackMs, share }) => {
        const key = manifestKey(batchIdAt(Math.floor(nowMs - lookbackMs * share)));
        const prefixes = manifestPrefixes(nowMs - lookbackMs, nowMs);
        expect(prefixes.filter((prefix) => key.startsWith(prefix))).toHaveLength(1);
        expect(prefixes.length).toBeLessThanOrEqual(32);
      }),
    );
  });

  it('are few and long for a day: what is older is not even listed', () => {
    const nowMs = Date.UTC(2026, 0, 2);
    const prefixes = manifestPrefixes(nowMs - 86_400_000, nowMs);
    const old = manifestKey(batchIdAt(nowMs - 3 * 86_400_000));
    expect(prefixes.some((prefix) => old.startsWith(prefix))).toBe(false);
  });
});
