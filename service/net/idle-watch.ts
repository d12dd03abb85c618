import type { Clock, Schedule, Timer } from '../../core/clock.ts';

/**
 * Notices silence between operations. It never speaks while the owner is busy: a peer that waits for our answer is not
 * idle, and one that stops within an instance is starving it. Touching it costs one clock reading; a timer is set only
 * once per span.
 */
export class IdleWatch {
  readonly #options: IdleWatchOptions;
  #lastMs: number;
  #timer: Timer | undefined;

  constructor(options: IdleWatchOptions) {
    this.#options = options;
    this.#lastMs = options.clock.monotonicMs();
    this.#watch(options.timeoutMs);
  }

  touch(): void {
    this.#lastMs = this.#options.clock.monotonicMs();
  }

  stop(): void {
    this.#timer?.cancel();
  }

  /** @param isSecond whether what had arrived has been read since the time was up; this process may have been busy */
  #watch(delayMs: number, isSecond = false): void {
    this.#timer = this.#options.schedule(delayMs, () => {
      if (this.#options.isBusy()) this.touch();
      const leftMs = this.#lastMs + this.#options.timeoutMs - this.#options.clock.monotonicMs();
      if (leftMs > 0) this.#watch(leftMs);
      else if (isSecond) this.#options.onIdle();
      else this.#watch(0, true);
    });
  }
}

export interface IdleWatchOptions {
  readonly clock: Clock;
  readonly schedule: Schedule;
  readonly timeoutMs: number;
  /** Whether the peer is waiting for us, or in the middle of an instance. */
  readonly isBusy: () => boolean;
  readonly onIdle: () => void;
}
