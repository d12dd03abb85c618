import { posix } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { flatPathOfKey, keyOfPath, pathOfKey, sidecarPath } from '../../../../local/s3/storage/key-path.ts';

const segment = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.constantFrom('', '.', '..', '%', '%_', '%~', '%25', 'a.json', 'a.json%-', 'CON', ' ', 'é', '😀'),
  fc.string({ unit: fc.constantFrom('a', '%', 'é', '😀', '.'), minLength: 230, maxLength: 300 }),
);
const anyKey = fc
  .array(segment, { minLength: 1, maxLength: 5 })
  .map((segments) => segments.join('/'))
  .filter((key) => key !== '' && key.isWellFormed() && Buffer.byteLength(key) <= 1024);

describe('the path of a key', () => {
  it('is the key itself where a file system allows it', () => {
    for (const key of ['batches/01J8Z/1.2.840.1/1.2.3.dcm', 'manifests/01J8Z.json', 'a b/ü+(1).txt']) {
      expect(pathOfKey(key)).toBe(key);
    }
  });

  it.each([
    ['folder/', 'folder/%_'],
    ['/a', '%_/a'],
    ['a//b', 'a/%_/b'],
    ['../../etc/passwd', '.%2E/.%2E/etc/passwd'],
    ['.', '%2E'],
    ['100%', '100%25'],
    ['a:b\\c', 'a%3Ab%5Cc'],
  ])('escapes %s', (key, path) => {
    expect(pathOfKey(key)).toBe(path);
  });

  it('never ends in a dot, not even where a long key is cut', () => {
    const key = `${'a'.repeat(238)}.`;
    expect(flatPathOfKey(key)).toBe(`%~${'a'.repeat(238)}%/%2E`);
    expect(keyOfPath(flatPathOfKey(key))).toBe(key);
  });

  it('gives the key back, never leaves the folder and has names that file systems take', () => {
    fc.assert(
      fc.property(anyKey, (key) => {
        for (const path of [pathOfKey(key), flatPathOfKey(key)]) {
          expect(keyOfPath(path)).toBe(key);
          expect(posix.normalize(path)).toBe(path);
          for (const name of path.split('/')) {
            expect(name).not.toMatch(/^\.{0,2}$/);
            expect(Buffer.byteLength(name)).toBeLessThanOrEqual(250);
          }
        }
      }),
      { numRuns: 2000, interruptAfterTimeLimit: 20_000 },
    );
  });

  it('is never shared, nor the one of a sidecar, by two keys', () => {
    fc.assert(
      fc.property(anyKey, anyKey, (one, other) => {
        fc.pre(one !== other);
        const of = (key: string) => [pathOfKey(key), flatPathOfKey(key)];
        const paths = [...of(one), ...of(other)];
        expect(new Set(paths).size).toBe(4);
        const sidecars = paths.map(sidecarPath);
        expect(new Set(sidecars).size).toBe(4);
        // Nor may the sidecar of one have to be a folder for the other's.
        for (const a of sidecars) for (const b of sidecars) expect(b.startsWith(`${a}/`)).toBe(false);
      }),
      { numRuns: 2000, interruptAfterTimeLimit: 20_000 },
    );
  });

  it('is not read from names that this server would not have written', () => {
    for (const path of ['50%.dcm', '%zz', 'a%41', '%_%_', 'a/%~b']) expect(keyOfPath(path)).toBeUndefined();
  });
});
