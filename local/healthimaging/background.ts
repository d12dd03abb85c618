import type { Schedule, Timer } from '../../core/clock.ts';

/** Work that goes on after a request has been answered. */
export class Background {
  readonly #schedule: Schedule;
  readonly #onError: (error: unknown) => void;
  readonly #timers = new Set<Timer>();
  readonly #running = new Set<Promise<void>>();
  #closed = false;

  constructor(schedule: Schedule, onError: (error: unknown) => void) {
    this.#schedule = schedule;
    this.#onError = onError;
  }

  /** Whether work should stop at the next opportunity, to be taken up after a restart. */
  get isClosed(): boolean {
    return this.#closed;
  }

  after(delayMs: number, work: () => Promise<void>): void {
    if (this.#closed) return;
    const timer = this.#schedule(delayMs, () => {
      this.#timers.delete(timer);
      const running = work()
        .catch(this.#onError)
        .finally(() => this.#running.delete(running));
      this.#running.add(running);
    });
    this.#timers.add(timer);
  }

  /** Calls off what has not begun and waits for what has. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const timer of this.#timers) timer.cancel();
    await Promise.all(this.#running);
  }
}
