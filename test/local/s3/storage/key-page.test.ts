import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeyIndex } from '../../../../local/s3/storage/key-index.ts';
import { compareKeys } from '../../../../local/s3/storage/key-order.ts';
import { type PageStart, pageOfKeys } from '../../../../local/s3/storage/key-page.ts';

const key = fc.string({ unit: fc.constantFrom('a', 'b', '/', '-', 'é', '\uffff', '😀'), minLength: 1, maxLength: 8 });
const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** Every page of a listing, one after the other. */
function listAll(keys: readonly string[], prefix: string, delimiter: string, maxKeys: number, startAfter = '') {
  const found: string[] = [];
  let after: PageStart | undefined = { kind: 'key', text: startAfter };
  while (after !== undefined) {
    const page = pageOfKeys(keys, { prefix, delimiter, after, maxKeys });
    expect(page.keys.length + page.commonPrefixes.length).toBeLessThanOrEqual(maxKeys);
    found.push(...page.keys, ...page.commonPrefixes);
    after = page.next;
  }
  return found;
}

describe('a listing', () => {
  it('orders keys by the bytes of their UTF-8', () => {
    fc.assert(
      fc.property(key, key, (a, b) => {
        expect(Math.sign(compareKeys(a, b))).toBe(byBytes(a, b));
      }),
    );
  });

  it('gives every key or common prefix once, whatever the page size', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(key, { maxLength: 30 }),
        fc.constantFrom('', 'a', 'a/', 'é', '/'),
        fc.constantFrom('', '/', '-'),
        fc.integer({ min: 1, max: 5 }),
        fc.oneof(fc.constant(''), key),
        (keys, prefix, delimiter, maxKeys, startAfter) => {
          const rolledUp = keys
            .filter((name) => name.startsWith(prefix) && byBytes(name, startAfter) > 0)
            .map((name) => {
              const at = delimiter === '' ? -1 : name.indexOf(delimiter, prefix.length);
              return at < 0 ? name : name.slice(0, at + delimiter.length);
            });
          const expected = [...new Set(rolledUp)].sort(byBytes);
          const sorted = [...keys].sort(compareKeys);
          expect(listAll(sorted, prefix, delimiter, maxKeys, startAfter).sort(byBytes)).toEqual(expected);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('goes on behind a key that was deleted in between', () => {
    const { next } = pageOfKeys(['a', 'b', 'c'], {
      prefix: '',
      delimiter: '',
      after: { kind: 'key', text: '' },
      maxKeys: 2,
    });
    expect(next).toEqual({ kind: 'key', text: 'b' });
    if (next === undefined) return;
    expect(pageOfKeys(['a', 'c'], { prefix: '', delimiter: '', after: next, maxKeys: 2 }).keys).toEqual(['c']);
  });

  it('says with no keys at all that it is complete', () => {
    expect(pageOfKeys(['a'], { prefix: '', delimiter: '', after: { kind: 'key', text: '' }, maxKeys: 0 })).toEqual({
      keys: [],
      commonPrefixes: [],
    });
  });
});

it('keeps an index in order over additions and removals', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), key)), (steps) => {
      const index = new KeyIndex(new Map());
      const model = new Set<string>();
      for (const [isAddition, name] of steps) {
        if (isAddition) index.add(name, name);
        else index.remove(name);
        if (isAddition) model.add(name);
        else model.delete(name);
      }
      expect(index.sortedKeys).toEqual([...model].sort(byBytes));
    }),
  );
});
