import type { Clock, Schedule, Timer } from '../../core/clock.ts';
import type { Lease } from '../../core/manifest.ts';
import { leaseKey } from '../../core/object-keys.ts';
import type { ObjectStore } from '../../core/object-store.ts';

export interface LeaseOptions {
  readonly store: ObjectStore;
  readonly clock: Clock;
  readonly schedule: Schedule;
  readonly ttlMs: number;
  readonly onRenewalFailed: (error: unknown) => void;
  /** The lease ran out before a renewal was confirmed. It is never fresh again; the batch should be sealed soon. */
  readonly onLapsed: () => void;
}

/** A moment by both clocks of this machine. */
interface Moment {
  readonly monotonicMs: number;
  readonly wallMs: number;
}

/**
 * The lease of one open batch, renewed three times in its life span until it is given up.
 *
 * The sweeper seals a batch only when the store's own clock says that the lease was last written longer ago than its
 * life span. A renewal reaches the store no earlier than it was sent, so for `ttlMs` after it was *sent* nobody else
 * can have begun to list the batch: what is stored before then is in the sweeper's manifest. A renewal counts only when
 * it is confirmed before that time is over: later, the sweeper may have begun. No two machines' clocks are compared.
 * Time is over as soon as either clock of this machine says so: the monotonic one stands still while a machine is
 * suspended, and the other may be set back.
 */
export class BatchLease {
  readonly #options: LeaseOptions;
  readonly #lease: Omit<Lease, 'renewal'>;
  #renewal = 0;
  #leasedAt: Moment | undefined;
  #isDurable = false;
  #timer: Timer | undefined;
  #writing: Promise<void> = Promise.resolve();
  #released = false;

  constructor(lease: Omit<Lease, 'renewal'>, options: LeaseOptions) {
    this.#lease = lease;
    this.#options = options;
  }

  /** Resolves when the lease is durable; rejects with the store's fault. */
  async open(): Promise<void> {
    await this.#renew();
    this.#renewLater();
  }

  /** Whether what was stored by now may be acknowledged under this batch. */
  isFresh(): boolean {
    if (!this.#isDurable) return false;
    const { ttlMs } = this.#options;
    const now = this.#now();
    const since = this.#leasedAt;
    return since !== undefined && now.monotonicMs - since.monotonicMs < ttlMs && now.wallMs - since.wallMs < ttlMs;
  }

  /** Gives the lease up, once the batch is sealed. */
  async remove(): Promise<void> {
    this.#released = true;
    this.#timer?.cancel();
    // A renewal still under way would write the lease again after it was deleted.
    await this.#writing.catch(() => undefined);
    await this.#options.store.delete(leaseKey(this.#lease.batchId));
  }

  #renew(): Promise<void> {
    this.#writing = this.#write();
    return this.#writing;
  }

  async #write(): Promise<void> {
    const { store } = this.#options;
    const sentAt = this.#now();
    this.#leasedAt ??= sentAt;
    const lease: Lease = { ...this.#lease, renewal: this.#renewal++ };
    await store.put(leaseKey(lease.batchId), new TextEncoder().encode(JSON.stringify(lease)));
    this.#isDurable = true;
    if (this.isFresh()) this.#leasedAt = sentAt;
  }

  /** Goes on until the lease is given up or has run out: one that ran out must not look alive to the sweeper again. */
  #renewLater(): void {
    if (this.#released) return;
    if (this.isFresh()) this.#timer = this.#options.schedule(this.#options.ttlMs / 3, () => this.#renewAgain());
    else this.#options.onLapsed();
  }

  async #renewAgain(): Promise<void> {
    if (this.isFresh()) await this.#renew().catch((error) => this.#options.onRenewalFailed(error));
    this.#renewLater();
  }

  #now(): Moment {
    const { clock } = this.#options;
    return { monotonicMs: clock.monotonicMs(), wallMs: clock.nowMs() };
  }
}
