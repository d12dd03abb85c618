import type { Schedule, Timer } from '../../../core/clock.ts';
import type { ObjectStore } from '../../../core/object-store.ts';

const KEY = 'uploader.json';
const RENEWALS_IN_TTL = 3;

export interface SpoolLeaseOptions {
  /** The folder of the spool. */
  readonly store: ObjectStore;
  /** Never the same for two processes. */
  readonly owner: string;
  readonly ttlMs: number;
  readonly schedule: Schedule;
  /** Somebody else uploads; it is waited for. */
  readonly onBusy: (owner: string) => void;
  /** Somebody else has taken over: this process was taken for dead. */
  readonly onLost: () => void;
}

/**
 * Who uploads from a spool: one process at a time. The owner writes a file again and again; who finds the file of
 * another watches it for `ttlMs` by its own clock, and takes over when nothing was written meanwhile. No clocks are
 * compared, and no process ids, which mean nothing between containers.
 */
export class SpoolLease {
  readonly #options: SpoolLeaseOptions;
  #renewal = 0;
  #timer: Timer | undefined;
  #isReleased = false;

  constructor(options: SpoolLeaseOptions) {
    this.#options = options;
  }

  /** Resolves to true when the lease is this process's, to false when it was released before. */
  async acquire(): Promise<boolean> {
    let told = false;
    while (!this.#isReleased) {
      const seen = await this.#tryToTake().catch(() => undefined);
      if (seen === 'taken') {
        this.#renewLater();
        return true;
      }
      if (seen !== undefined && !told) this.#options.onBusy(ownerOf(seen));
      told ||= seen !== undefined;
      await new Promise<void>((resolve) => this.#options.schedule(this.#options.ttlMs, resolve));
      if (seen !== undefined) await this.#removeIfUnchanged(seen).catch(() => undefined);
    }
    return false;
  }

  /** Lets another process take over at once. Never rejects. */
  async release(): Promise<void> {
    this.#isReleased = true;
    this.#timer?.cancel();
    if (await this.#isOurs().catch(() => false)) await this.#options.store.delete(KEY).catch(() => undefined);
  }

  async #tryToTake(): Promise<Uint8Array | 'taken' | undefined> {
    const { store } = this.#options;
    return (await store.putIfAbsent(KEY, this.#next())) === 'created' ? 'taken' : store.get(KEY);
  }

  async #removeIfUnchanged(seen: Uint8Array): Promise<void> {
    const { store } = this.#options;
    const now = await store.get(KEY);
    if (now !== undefined && Buffer.compare(now, seen) === 0) await store.delete(KEY);
  }

  #renewLater(): void {
    const { ttlMs, schedule, store, onLost } = this.#options;
    if (this.#isReleased) return;
    this.#timer = schedule(ttlMs / RENEWALS_IN_TTL, async () => {
      // While the disk fails nothing is known, and nothing can be taken over either.
      const isOurs = await this.#isOurs().catch(() => true);
      if (this.#isReleased) return;
      if (!isOurs) return onLost();
      await store.put(KEY, this.#next()).catch(() => undefined);
      this.#renewLater();
    });
  }

  async #isOurs(): Promise<boolean> {
    const now = await this.#options.store.get(KEY);
    return now !== undefined && ownerOf(now) === this.#options.owner;
  }

  #next(): Uint8Array {
    return new TextEncoder().encode(JSON.stringify({ owner: this.#options.owner, renewal: this.#renewal++ }));
  }
}

function ownerOf(bytes: Uint8Array): string {
  try {
    return String(JSON.parse(new TextDecoder().decode(bytes)).owner);
  } catch {
    return '';
  }
}
