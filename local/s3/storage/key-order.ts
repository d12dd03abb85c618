/** Compares keys as S3 lists them: by the bytes of their UTF-8. */
export function compareKeys(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return rank(x) - rank(y);
  }
  return a.length - b.length;
}

/** The first index at which `isAtOrAfter` holds, for a predicate that, once true, stays true. */
export function firstIndex(keys: readonly string[], isAtOrAfter: (key: string) => boolean): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isAtOrAfter(keys[middle] ?? '')) high = middle;
    else low = middle + 1;
  }
  return low;
}

// UTF-16 puts surrogates (above U+FFFF) before U+E000..U+FFFF; UTF-8 puts them after.
function rank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}
