import type { Clock, Schedule, Timer } from '../../core/clock.ts';

/** Less than this in a whole span is a trickle: no link that images are sent over is that slow. */
const MIN_BYTES = 16 * 1024;

export interface FlowWatchOptions {
  readonly clock: Clock;
  readonly schedule: Schedule;
  readonly timeoutMs: number;
  /** Whether we keep the peer from sending. */
  readonly isHeld: () => boolean;
  readonly onStarved: () => void;
}

/**
 * Notices a message that has begun and does not come on, be it silent or one byte at a time. Costs one clock reading
 * per message; a timer is set only once per span.
 */
export class FlowWatch {
  readonly #options: FlowWatchOptions;
  #sinceMs: number | undefined;
  #bytes = 0;
  #timer: Timer | undefined;

  constructor(options: FlowWatchOptions) {
    this.#options = options;
  }

  /** Bytes came, and what they belong to is not complete. */
  received(bytes: number): void {
    if (this.#sinceMs === undefined) {
      this.#begin();
      if (this.#timer === undefined) this.#watch(this.#options.timeoutMs);
    }
    this.#bytes += bytes;
  }

  /** Nothing is incomplete. */
  complete(): void {
    this.#sinceMs = undefined;
  }

  /** The peer may send again: it is given the whole time. */
  resumed(): void {
    if (this.#sinceMs !== undefined) this.#begin();
  }

  stop(): void {
    this.#timer?.cancel();
    this.#sinceMs = undefined;
  }

  #begin(): void {
    this.#sinceMs = this.#options.clock.monotonicMs();
    this.#bytes = 0;
  }

  #watch(delayMs: number): void {
    this.#timer = this.#options.schedule(delayMs, () => this.#look());
  }

  /**
   * @param isSecond whether what had arrived has been read since the time was up: where this process was too busy to
   * read, the peer is not to blame
   */
  #look(isSecond = false): void {
    this.#timer = undefined;
    if (this.#sinceMs === undefined) return;
    const { clock, timeoutMs, isHeld, onStarved } = this.#options;
    const leftMs = this.#sinceMs + timeoutMs - clock.monotonicMs();
    if (leftMs > 0) this.#watch(leftMs);
    else if (isHeld() || this.#bytes >= MIN_BYTES) {
      this.#begin();
      this.#watch(timeoutMs);
    } else if (isSecond) onStarved();
    else this.#timer = this.#options.schedule(0, () => this.#look(true));
  }
}
