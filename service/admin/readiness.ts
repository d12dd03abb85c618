import type { Clock } from '../../core/clock.ts';

/** How long a good answer of the store stands for the next ones: probes come often, the store is asked seldom. */
const REMEMBER_MS = 10_000;

export type Readiness = { readonly ready: true } | { readonly ready: false; readonly reason: string };

const draining: Readiness = { ready: false, reason: 'draining' };

/** Whether new associations should be sent here: the listener is open, nothing drains, and the store answers. */
export class ReadinessCheck {
  readonly #checkStore: () => Promise<void>;
  readonly #clock: Clock;
  #listening = false;
  #draining = false;
  #storeGoodUntilMs = Number.NEGATIVE_INFINITY;

  constructor(checkStore: () => Promise<void>, clock: Clock) {
    this.#checkStore = checkStore;
    this.#clock = clock;
  }

  listening(): void {
    this.#listening = true;
  }

  draining(): void {
    this.#draining = true;
  }

  async check(): Promise<Readiness> {
    if (!this.#listening) return { ready: false, reason: 'not listening yet' };
    if (this.#draining) return draining;
    const store = await this.#askStore();
    // The drain may have begun meanwhile.
    return this.#draining ? draining : store;
  }

  async #askStore(): Promise<Readiness> {
    const nowMs = this.#clock.monotonicMs();
    if (nowMs < this.#storeGoodUntilMs) return { ready: true };
    try {
      await this.#checkStore();
      this.#storeGoodUntilMs = nowMs + REMEMBER_MS;
      return { ready: true };
    } catch (error) {
      return { ready: false, reason: error instanceof Error ? error.message : 'the store does not answer' };
    }
  }
}
