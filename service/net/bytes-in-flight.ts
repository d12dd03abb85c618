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
  /** Counts bytes; answers a promise when no more should be brought until it resolves. It never rejects. */
  readonly take: (bytes: number) => Promise<void> | undefined;
  /** The instance is complete: it needs no more bytes, and holds what it has until it is closed. */
  readonly complete: () => void;
  readonly close: () => void;
}

/**
 * Bounds what all instances together hold in memory. Beyond the limit everybody waits but the one that has been coming
 * in for longest: it can always finish, so the limit slows, and never blocks.
 */
export class BytesInFlight {
  readonly #options: BytesInFlightOptions;
  readonly #incoming = new Set<Account>();
  #bytes = 0;
  #isSaturated = false;

  constructor(options: BytesInFlightOptions) {
    this.#options = options;
  }

  /** From the moment that the limit was reached until a quarter of it is free again. */
  get isSaturated(): boolean {
    return this.#isSaturated;
  }

  open(): ByteAccount {
    const account = new Account();
    this.#incoming.add(account);
    return {
      take: (bytes) => {
        const counted = Math.min(bytes, MAX_HELD_BYTES - account.bytes);
        account.bytes += counted;
        this.#add(counted);
        return this.#bytes <= this.#options.maxBytes || this.#oldest === account ? undefined : account.wait();
      },
      complete: () => this.#leave(account),
      close: () => {
        this.#add(-account.bytes);
        account.bytes = 0;
        this.#leave(account);
      },
    };
  }

  get #oldest(): Account | undefined {
    const [oldest] = this.#incoming;
    return oldest;
  }

  #leave(account: Account): void {
    this.#incoming.delete(account);
    account.wake();
    if (this.#bytes <= this.#options.maxBytes) for (const other of this.#incoming) other.wake();
    else this.#oldest?.wake();
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

class Account {
  bytes = 0;
  #waiting: { readonly until: Promise<void>; readonly wake: () => void } | undefined;

  wait(): Promise<void> {
    if (this.#waiting === undefined) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#waiting = { until: promise, wake: resolve };
    }
    return this.#waiting.until;
  }

  wake(): void {
    this.#waiting?.wake();
    this.#waiting = undefined;
  }
}
