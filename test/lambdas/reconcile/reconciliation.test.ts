import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OutputText } from '../../../lambdas/reconcile/job-output.ts';
import { parseOutputLine } from '../../../lambdas/reconcile/output-line.ts';
import { Findings, type Outcome } from '../../../lambdas/reconcile/reconciliation.ts';

const silence: Outcome = { status: 'unaccounted', reason: 'not named' };
const outcomesOf = (keys: readonly string[], lines: readonly OutputText[]) => {
  const findings = new Findings();
  for (const line of lines) {
    const parsed = parseOutputLine(line);
    if (parsed !== undefined) findings.add(parsed);
  }
  return findings.reconcile(keys, silence);
};
const success = (inputFile: string, importResponse: object = { imageSetId: 'set', isPrimary: true }): OutputText => ({
  kind: 'success',
  text: JSON.stringify({ inputFile, importResponse }),
});
const failure = (inputFile: string): OutputText => ({
  kind: 'failure',
  text: JSON.stringify({ inputFile, exception: { exceptionType: 'ValidationException', message: 'no pixels' } }),
});
const warning = (inputFile: string, ...types: readonly string[]): OutputText => ({
  kind: 'warning',
  text: JSON.stringify({
    inputFile,
    importResponse: { imageSetId: 'set', isPrimary: false, warnings: types.map((type) => ({ type })) },
  }),
});

describe('reconciliation', () => {
  it('gives each instance its outcome and its reason', () => {
    const { outcomes, extraKeys } = outcomesOf(
      ['ok', 'warned', 'bad', 'silent'],
      [success('ok'), success('warned'), warning('warned', 'InvalidOffsetTable'), failure('bad'), success('stranger')],
    );
    expect(outcomes).toEqual([
      { status: 'imported', imageSetId: 'set', isPrimary: true },
      { status: 'imported-with-warnings', imageSetId: 'set', isPrimary: false, reason: 'InvalidOffsetTable' },
      { status: 'failed', reason: 'ValidationException: no pixels' },
      silence,
    ]);
    expect(extraKeys).toEqual(['stranger']);
  });

  it('believes a failure rather than a success of the same file', () => {
    expect(outcomesOf(['a'], [success('a'), failure('a')]).outcomes[0]?.status).toBe('failed');
    expect(outcomesOf(['a'], [failure('a'), success('a')]).outcomes[0]?.status).toBe('failed');
  });

  const keys = ['a', 'b', 'c', 'd'];
  const anyKey = fc.constantFrom(...keys, 'x', 'y');
  const anyLine: fc.Arbitrary<OutputText> = fc.oneof(
    anyKey.map((key) => success(key)),
    fc
      .tuple(anyKey, fc.boolean(), fc.string())
      .map(([key, isPrimary, imageSetId]) => success(key, { isPrimary, imageSetId })),
    anyKey.map(failure),
    fc.tuple(anyKey, fc.array(fc.constantFrom('B000', 'B100'))).map(([key, types]) => warning(key, ...types)),
    fc.record({
      kind: fc.constantFrom('success' as const, 'failure' as const, 'warning' as const),
      text: fc.oneof(fc.string(), fc.json()),
    }),
  );

  it('gives every instance of the manifest exactly one outcome, whatever the lines are', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.constantFrom(...keys)), fc.array(anyLine), (asked, lines) => {
        const { outcomes, extraKeys } = outcomesOf(asked, lines);
        expect(outcomes).toHaveLength(asked.length);
        for (const { status, reason } of outcomes) {
          expect(['imported', 'imported-with-warnings', 'failed', 'unaccounted']).toContain(status);
          if (status !== 'imported') expect(reason).toBeTruthy();
        }
        expect(extraKeys.filter((key) => asked.includes(key))).toEqual([]);
      }),
    );
  });

  it('does not depend on the order of the lines, nor on a line that comes twice', () => {
    const shuffled = fc
      .array(anyLine)
      .chain((lines) =>
        fc.tuple(fc.constant(lines), fc.shuffledSubarray([...lines, ...lines], { minLength: lines.length * 2 })),
      );
    fc.assert(
      fc.property(shuffled, ([lines, disordered]) => {
        expect(outcomesOf(keys, disordered)).toEqual(outcomesOf(keys, lines));
      }),
    );
  });

  it('takes an instance for imported only when a line says so', () => {
    fc.assert(
      fc.property(fc.array(anyLine), (lines) => {
        const named = new Set(lines.filter(({ kind }) => kind !== 'failure').map((line) => parseOutputLine(line)?.key));
        outcomesOf(keys, lines).outcomes.forEach(({ status }, index) => {
          if (status.startsWith('imported')) expect(named).toContain(keys[index]);
        });
      }),
    );
  });
});
