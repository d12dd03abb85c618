import { manifestPrefix } from '../../core/object-keys.ts';
import { ulid } from '../../core/ulid.ts';

const TIME_CHARACTERS = 10;
const MAX_PREFIXES = 32;
const NO_RANDOMNESS = new Uint8Array(10);

/**
 * Key prefixes that cover the manifests of all batches opened between two moments: batch ids begin with their time, so
 * that lost events are looked for without listing every manifest there ever was.
 * @param fromMs and toMs milliseconds since the epoch
 */
export function manifestPrefixes(fromMs: number, toMs: number): readonly string[] {
  for (let dropped = 4; dropped < TIME_CHARACTERS; dropped++) {
    const spanMs = 32 ** dropped;
    const first = Math.floor(Math.max(0, fromMs) / spanMs);
    const last = Math.floor(toMs / spanMs);
    if (last - first >= MAX_PREFIXES) continue;
    return Array.from({ length: last - first + 1 }, (_, index) => {
      const time = ulid((first + index) * spanMs, NO_RANDOMNESS).slice(0, TIME_CHARACTERS - dropped);
      return manifestPrefix + time;
    });
  }
  return [manifestPrefix];
}
