import { Slab } from './slab.ts';
import { SlabAccount } from './slab-account.ts';

export interface SlabPoolOptions {
  /** Most memory that all accounts have together. */
  readonly budgetBytes: number;
  readonly slabBytes?: number;
  /** With so much an account can go on by itself: it is the least that can be sent away. */
  readonly progressBytes: number;
}

interface Waiting {
  readonly account: SlabAccount;
  readonly grant: () => void;
}

/**
 * All slabs of the process, under one budget.
 *
 * Up to half of the budget, slabs are had for the asking. Beyond, an account waits its turn until the rest of what it
 * needs for progress is free, and has that reserved at once. So none can be caught with a part that neither grows nor
 * can be sent: accounts without a reservation never hold more than the first half, and the second half always has room
 * for the one whose turn it is.
 */
export class SlabPool {
  readonly budgetBytes: number;
  readonly slabBytes: number;
  readonly #slabs: number;
  readonly #progressSlabs: number;
  readonly #idle: Slab[] = [];
  #used = 0;
  #reserved = 0;
  #waiting: Waiting[] = [];

  constructor({ budgetBytes, slabBytes = DEFAULT_SLAB_BYTES, progressBytes }: SlabPoolOptions) {
    this.budgetBytes = budgetBytes;
    this.slabBytes = slabBytes;
    this.#slabs = Math.floor(budgetBytes / slabBytes);
    this.#progressSlabs = Math.ceil(progressBytes / slabBytes);
    if (this.#slabs < 2 * this.#progressSlabs) {
      throw new RangeError(
        `a budget of ${budgetBytes} bytes is less than twice ${progressBytes}, the least for progress`,
      );
    }
  }

  get usedBytes(): number {
    return this.#used * this.slabBytes;
  }

  /** Slabs in use and idle. They are kept for good, since memory that is given back and asked for anew falls to pieces. */
  get keptBytes(): number {
    return (this.#used + this.#idle.length) * this.slabBytes;
  }

  /** Accounts that wait for memory now. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Memory is short: whoever holds more than it needs for progress should send it away. */
  get isPressed(): boolean {
    return this.#waiting.length > 0 || this.#used + this.#reserved >= this.#slabs / 2;
  }

  open(): SlabAccount {
    return new SlabAccount(this);
  }

  /** A slab from the first half of the budget, unless others wait. For accounts. */
  takeFree(): Slab | undefined {
    return this.isPressed ? undefined : this.#take();
  }

  /** A slab that was reserved. For accounts. */
  takeReserved(): Slab {
    this.#reserved -= 1;
    return this.#take();
  }

  /** Resolves once `account` has its rest reserved, in the order of asking. For accounts. */
  queue(account: SlabAccount): Promise<void> {
    return new Promise((grant) => {
      this.#waiting.push({ account, grant });
      this.#serve();
    });
  }

  /** Takes the account's turn away. For accounts. */
  leave(account: SlabAccount): void {
    const left = this.#waiting.filter((waiting) => waiting.account === account);
    this.#waiting = this.#waiting.filter((waiting) => waiting.account !== account);
    for (const { grant } of left) grant();
    this.#serve();
  }

  /** For accounts. */
  cancelReservation(slabs: number): void {
    this.#reserved -= slabs;
    this.#serve();
  }

  giveBack(slabs: readonly Slab[]): void {
    for (const slab of slabs) slab.empty();
    this.#idle.push(...slabs);
    this.#used -= slabs.length;
    this.#serve();
  }

  #take(): Slab {
    this.#used += 1;
    return this.#idle.pop() ?? new Slab(this.slabBytes);
  }

  #serve(): void {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      const wanted = Math.max(1, this.#progressSlabs - next.account.filling);
      if (this.#used + this.#reserved + wanted > this.#slabs) return;
      this.#waiting.shift();
      this.#reserved += wanted;
      next.account.reserve(wanted);
      next.grant();
    }
  }
}

/** Small enough that a CT image wastes little, large enough that a part is few writes. */
const DEFAULT_SLAB_BYTES = 128 * 1024;
