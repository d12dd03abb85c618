import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { safeText } from '../../../service/telemetry/safe-text.ts';

describe('safeText', () => {
  it('leaves what is fit as it is', () => {
    expect(safeText('CT 1.2.840/10008')).toBe('CT 1.2.840/10008');
    expect(safeText('x'.repeat(64))).toBe('x'.repeat(64));
    expect(safeText('')).toBe('');
  });

  it.each([
    ['a\nb', 'a\\u{a}b'],
    ['\u001b[31m', '\\u{1b}[31m'],
    ['CTÉ', 'CT\\u{c9}'],
    ['a\\u{a}b', 'a\\u{5c}u{a}b'],
    ['😀', '\\u{1f600}'],
    ['\ud83d', '\\u{d83d}'],
  ])('escapes %j', (text, safe) => expect(safeText(text)).toBe(safe));

  it('cuts what is too long and shows that it did', () => {
    expect(safeText('x'.repeat(65))).toBe(`${'x'.repeat(63)}…`);
    expect(safeText('abcdef', 4)).toBe('abc…');
    expect(safeText('\n'.repeat(10), 8)).toBe('\\u{a}\\u…');
  });

  it('is printable ASCII and bounded, whatever it is given', () => {
    const anything = fc.oneof(fc.string({ unit: 'binary', maxLength: 300 }), fc.string({ maxLength: 300 }));
    fc.assert(
      fc.property(anything, fc.integer({ min: 1, max: 100 }), (text, max) => {
        const safe = safeText(text, max);
        expect(safe.length).toBeLessThanOrEqual(max);
        expect(safe).toMatch(/^[\x20-\x7e]*…?$/);
      }),
    );
  });

  it('tells different texts apart unless it cuts them', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 6 }), fc.string({ unit: 'binary', maxLength: 6 }), (a, b) => {
        expect(safeText(a, 100) === safeText(b, 100)).toBe(a === b);
      }),
    );
  });
});
