import { BoundedMap } from '../bounded-map.ts';

/** So many instances of an association have spans of their own. */
const FIRST = 16;
/** Of those behind them, one in so many has. */
const EVERY = 64;
/** Whatever took as long has: at most one in that time, of each operation outstanding. */
const SLOW_MS = 1_000;
const MAX_ASSOCIATIONS = 2_000;

/**
 * Decides which instances of a sampled association have spans of their own. A span costs as much as a third of the way
 * of a small image to the disk, and nobody reads two thousand of them in one trace: the first tell what is usual, now
 * and then one tells that it still is, and the slow ones are what is looked for. What failed is not asked about here.
 */
export class InstanceSampling {
  readonly #counts = new BoundedMap<string, { seen: number }>(MAX_ASSOCIATIONS);

  /**
   * @param of whose instances are counted
   * @param durationMs how long this one took; undefined where that is the length of a queue
   */
  isTold(of: string, durationMs?: number): boolean {
    let count = this.#counts.get(of);
    if (count === undefined) {
      count = { seen: 0 };
      this.#counts.set(of, count);
    }
    count.seen += 1;
    return count.seen <= FIRST || count.seen % EVERY === 0 || (durationMs !== undefined && durationMs >= SLOW_MS);
  }
}
