import type { Slab } from './slab.ts';
import type { SlabPool } from './slab-pool.ts';

/** What one object has of the pool. */
export class SlabAccount {
  readonly #pool: SlabPool;
  #filling = 0;
  #reserved = 0;
  #isClosed = false;

  constructor(pool: SlabPool) {
    this.#pool = pool;
  }

  /** Slabs that were taken and not sent yet. */
  get filling(): number {
    return this.#filling;
  }

  /** The next slab, or undefined when there is none now. */
  take(): Slab | undefined {
    if (this.#isClosed) return undefined;
    let slab: Slab | undefined;
    if (this.#reserved > 0) {
      this.#reserved -= 1;
      slab = this.#pool.takeReserved();
    } else slab = this.#pool.takeFree();
    if (slab !== undefined) this.#filling += 1;
    return slab;
  }

  /** Resolves when `take` will give a slab, or the account is closed. */
  async more(): Promise<void> {
    if (!this.#isClosed && this.#reserved === 0) await this.#pool.queue(this);
  }

  /** For the pool. */
  reserve(slabs: number): void {
    this.#reserved += slabs;
  }

  /** These many are being sent away and no longer count as what the account needs for progress. */
  sent(slabs: number): void {
    this.#filling -= slabs;
  }

  giveBack(slabs: readonly Slab[]): void {
    this.#pool.giveBack(slabs);
  }

  /** Nothing more is taken: gives back the reservation and the turn. Slabs that were taken are given back one by one. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const reserved = this.#reserved;
    this.#reserved = 0;
    this.#pool.cancelReservation(reserved);
    this.#pool.leave(this);
  }
}
