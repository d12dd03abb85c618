import { compareKeys, firstIndex } from './key-order.ts';

export interface PageRequest {
  readonly prefix: string;
  /** Empty for none. */
  readonly delimiter: string;
  readonly after: PageStart;
  readonly maxKeys: number;
}

/** A page begins behind a key, or behind every key below a common prefix. */
export interface PageStart {
  readonly kind: 'key' | 'common-prefix';
  readonly text: string;
}

/** `next` is the `after` of the next page; absent on the last one. */
export interface KeyPage {
  readonly keys: readonly string[];
  readonly commonPrefixes: readonly string[];
  readonly next?: PageStart;
}

/** One page of a listing over keys in `compareKeys` order. Keys and common prefixes both count towards `maxKeys`. */
export function pageOfKeys(sortedKeys: readonly string[], request: PageRequest): KeyPage {
  const { prefix, delimiter, after, maxKeys } = request;
  const keys: string[] = [];
  const commonPrefixes: string[] = [];
  let next: PageStart | undefined;
  let at = firstIndex(sortedKeys, (key) => compareKeys(key, prefix) >= 0 && isBehind(after, key));
  for (;;) {
    const key = sortedKeys[at];
    if (key === undefined || !key.startsWith(prefix)) return { keys, commonPrefixes };
    if (keys.length + commonPrefixes.length >= maxKeys) break;
    const commonPrefix = commonPrefixOf(key, prefix, delimiter);
    if (commonPrefix === undefined) {
      keys.push(key);
      next = { kind: 'key', text: key };
      at += 1;
    } else {
      const start: PageStart = { kind: 'common-prefix', text: commonPrefix };
      commonPrefixes.push(commonPrefix);
      next = start;
      at = firstIndex(sortedKeys, (other) => isBehind(start, other));
    }
  }
  return next === undefined ? { keys, commonPrefixes } : { keys, commonPrefixes, next };
}

function commonPrefixOf(key: string, prefix: string, delimiter: string): string | undefined {
  if (delimiter === '') return undefined;
  const at = key.indexOf(delimiter, prefix.length);
  return at < 0 ? undefined : key.slice(0, at + delimiter.length);
}

function isBehind(start: PageStart, key: string): boolean {
  if (start.kind === 'common-prefix' && key.startsWith(start.text)) return false;
  return compareKeys(key, start.text) > 0;
}
