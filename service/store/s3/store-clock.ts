import type { Clock } from '../../../core/clock.ts';

/** S3 tells the time in whole seconds. */
const SECOND_MS = 1_000;

/**
 * The store's clock as its answers tell it, carried on by this machine's monotonic one: that is not set, and when it
 * stands still in a suspended machine, what is signed by it expires too early rather than too late. Before the first
 * answer this machine's wall clock has to do.
 */
export class StoreClock {
  readonly #clock: Clock;
  /** What the store's clock is ahead of the monotonic one. */
  #aheadMs: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#aheadMs = clock.nowMs() - clock.monotonicMs();
  }

  /** Milliseconds since the epoch; after a prompt answer a second off at most. */
  nowMs(): number {
    return this.monotonicMs() + this.#aheadMs;
  }

  monotonicMs(): number {
    return this.#clock.monotonicMs();
  }

  /**
   * Learns from an answer whose Date was written between the sending of its request and now: an answer that was long
   * on its way says little, and moves the clock no further than it must.
   * @param sentAtMs by the monotonic clock
   * @returns whether the clock was off by a second or more
   */
  observe(date: string | undefined, sentAtMs: number): boolean {
    const dateMs = Date.parse(date ?? '');
    if (Number.isNaN(dateMs)) return false;
    const before = this.#aheadMs;
    const leastMs = dateMs - this.monotonicMs();
    const mostMs = dateMs + SECOND_MS - sentAtMs;
    this.#aheadMs = Math.min(Math.max(before, leastMs), mostMs);
    return Math.abs(this.#aheadMs - before) >= SECOND_MS;
  }
}
