/**
 * Most memory that one instance takes on its way, whatever its size: the largest object that a store takes in one
 * piece, and a part more. What it was given beyond that has left for the store.
 */
const MAX_HELD_BYTES = 24 * 1024 * 1024;

export interface BytesInFlightOptions {
  readonly maxBytes: number;
  /** Told when the limit is reached, and when it is clear of it again. */
  readonly onSaturation: (isSaturated: boolean, bytes: number) => void;
}

/** The share of one instance, from its first byte until it is answered. */
export interface ByteAccount {
  readonly take: (bytes: number) => void;
  readonly close: () => void;
}

/**
 * Counts what all instances on their way may hold in memory, so that nobody new is let in at the limit. It slows nobody
 * who is in: each store bounds its own memory and holds the senders that it must. A second limit that held others would
 * lock with the first one, each waiting for what the other's held instances keep.
 */
export class BytesInFlight {
  readonly #options: BytesInFlightOptions;
  #bytes = 0;
  #isSaturated = false;

  constructor(options: BytesInFlightOptions) {
    this.#options = options;
  }

  /** From the moment that the limit was reached until a quarter of it is free again. */
  get isSaturated(): boolean {
    return this.#isSaturated;
  }

  get bytes(): number {
    return this.#bytes;
  }

  open(): ByteAccount {
    let held = 0;
    return {
      take: (bytes) => {
        const counted = Math.min(bytes, MAX_HELD_BYTES - held);
        held += counted;
        this.#add(counted);
      },
      close: () => {
        this.#add(-held);
        held = 0;
      },
    };
  }

  #add(bytes: number): void {
    const { maxBytes, onSaturation } = this.#options;
    this.#bytes += bytes;
    const isSaturated = this.#bytes > (this.#isSaturated ? maxBytes * 0.75 : maxBytes);
    if (isSaturated === this.#isSaturated) return;
    this.#isSaturated = isSaturated;
    onSaturation(isSaturated, this.#bytes);
  }
}
