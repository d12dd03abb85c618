import type { Slab } from './slab.ts';
import type { SlabAccount } from './slab-account.ts';
import { bodyOf, type SlabBody } from './slab-body.ts';

/** Slabs that are being filled, in the order of their bytes. All but the last are full. */
export class Filling {
  readonly #account: SlabAccount;
  #slabs: Slab[] = [];

  constructor(account: SlabAccount) {
    this.#account = account;
  }

  /** What is in it now. */
  get body(): SlabBody {
    return bodyOf(this.#slabs);
  }

  get bytes(): number {
    const last = this.#slabs.at(-1);
    const first = this.#slabs[0];
    if (last === undefined || first === undefined) return 0;
    return (this.#slabs.length - 1) * first.filledBytes + last.filledBytes;
  }

  /** Takes what there is room for in the last slab. @returns how many bytes that was */
  fill(bytes: Uint8Array): number {
    return this.#slabs.at(-1)?.fill(bytes) ?? 0;
  }

  /** Makes room by one slab. @returns whether one was to be had */
  grow(): boolean {
    const slab = this.#account.take();
    if (slab !== undefined) this.#slabs.push(slab);
    return slab !== undefined;
  }

  /** Takes out the first slabs, as many as `bytes` need; whoever has them gives them back. */
  shift(bytes: number): SlabBody {
    let count = 0;
    for (let taken = 0; taken < bytes && count < this.#slabs.length; count++) {
      taken += this.#slabs[count]?.filledBytes ?? 0;
    }
    const slabs = this.#slabs.splice(0, count);
    this.#account.sent(slabs.length);
    return bodyOf(slabs);
  }
}
