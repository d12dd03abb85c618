import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backOffMs, reportAgain } from '../../../service/commitment/back-off.ts';
import { decide, type Evidence, type Holding, holdingOf } from '../../../service/commitment/decide.ts';
import { ct } from './sample-commitment.ts';

const evidence = (status: Evidence['status'], isStored = true, sopClassUid = ct): Evidence => ({
  sopClassUid,
  status,
  isStored,
});

describe('what we have of an instance', () => {
  it.each([
    ['nothing', [], 'absent', 'absent'],
    ['one in an open batch', [evidence('open')], 'committed', 'awaited'],
    ['one that is registered', [evidence('received')], 'committed', 'awaited'],
    ['one whose object is gone', [evidence('received', false)], 'absent', 'awaited'],
    ['one that is imported, its object gone', [evidence('imported', false)], 'committed', 'committed'],
    ['one imported with warnings', [evidence('imported-with-warnings', false)], 'committed', 'committed'],
    ['one whose import failed', [evidence('failed')], 'committed', 'failed'],
    ['one that is unaccounted for', [evidence('unaccounted')], 'committed', 'failed'],
    ['one whose import failed, and the same again', [evidence('failed'), evidence('open')], 'committed', 'awaited'],
    ['one that failed and one that did not', [evidence('failed'), evidence('imported')], 'committed', 'committed'],
    ['one of another class', [evidence('imported', true, '1.2')], 'class-conflict', 'class-conflict'],
    ['one of each class', [evidence('imported', true, '1.2'), evidence('open')], 'committed', 'awaited'],
  ] as const)('%s', (_, found, stored, imported) => {
    expect(holdingOf(found, ct, 'stored')).toBe(stored);
    expect(holdingOf(found, ct, 'imported')).toBe(imported);
  });
});

describe('a decision', () => {
  const limits = { absentAfterMs: 1_000, decideWithinMs: 5_000 };
  const at = (ageMs: number, ...holdings: Holding[]) => decide({ acceptedAtMs: 100 }, holdings, 100 + ageMs, limits);

  it('is made at once where nothing is waited for', () => {
    expect(at(0, 'committed', 'committed')).toEqual([]);
    expect(at(0, 'committed', 'class-conflict', 'failed')).toEqual([
      [1, 0x0119],
      [2, 0x0110],
    ]);
  });

  it('waits for what is absent, and longer for what is on its way', () => {
    expect(at(999, 'failed', 'absent')).toBeUndefined();
    expect(at(1_000, 'committed', 'absent')).toEqual([[1, 0x0112]]);
    expect(at(4_999, 'awaited')).toBeUndefined();
    expect(at(5_000, 'awaited')).toEqual([[0, 0x0110]]);
  });
});

describe('an interval', () => {
  it('lies between half and all of one that doubles up to a limit', () => {
    fc.assert(
      fc.property(fc.nat(10_000), fc.double({ min: 0, max: 1, noNaN: true }), (tries, random) => {
        const interval = Math.min(10_000 * 2 ** tries, 1_800_000);
        const waitMs = backOffMs(tries, reportAgain, random);
        expect(waitMs).toBeGreaterThanOrEqual(interval / 2);
        expect(waitMs).toBeLessThanOrEqual(interval);
      }),
    );
  });
});
