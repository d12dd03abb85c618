import { setTimeout as sleep } from 'node:timers/promises';
import { leasePrefix } from '../../core/object-keys.ts';
import { type ObjectStore, StoreFault } from '../../core/object-store.ts';
import { findDeadLeases, type SealOptions, sealOrphan } from '../../lambdas/sweep/seal-orphans.ts';

/** The sweeper's own code, again and again: what it does about the batches of owners that died. */
export class Sweeper {
  readonly #options: SealOptions & { readonly intervalMs: number };
  readonly #sweeping: Promise<void>;
  #isOver = false;
  /** Batches that it has sealed. */
  sealed = 0;

  constructor(options: SealOptions & { readonly intervalMs: number }) {
    this.#options = options;
    this.#sweeping = this.#sweepOn();
  }

  /** Waits until no lease is left, and ends. */
  async settle(): Promise<void> {
    while (await hasLeases(this.#options.store)) await sleep(this.#options.intervalMs);
    this.#isOver = true;
    await this.#sweeping;
  }

  async #sweepOn(): Promise<void> {
    for (; !this.#isOver; await sleep(this.#options.intervalMs)) {
      try {
        for (const dead of await findDeadLeases(this.#options)) {
          const outcome = await sealOrphan(dead, this.#options);
          if (outcome.type === 'sealed' || outcome.type === 'rescued') this.sealed += 1;
        }
      } catch (error) {
        // As the real one: what could not be swept is left to the next sweep.
        if (!(error instanceof StoreFault)) throw error;
      }
    }
  }
}

async function hasLeases(store: ObjectStore): Promise<boolean> {
  for await (const _ of store.list(leasePrefix)) return true;
  return false;
}
