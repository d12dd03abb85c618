import type { Clock, Schedule, Timer } from '../../core/clock.ts';
import { type Manifest, type ManifestInstance, manifestBytes, type SealReason } from '../../core/manifest.ts';
import type { BatchId } from '../../core/object-keys.ts';
import { type ObjectStore, StoreFault } from '../../core/object-store.ts';
import type { Route } from '../../core/route.ts';
import type { Emit } from '../telemetry/events.ts';
import { safeText } from '../telemetry/safe-text.ts';
import { type GenerationLimits, Generations } from './generations.ts';
import { BatchLease } from './lease.ts';
import { OpenBatch } from './open-batch.ts';
import { seal } from './seal.ts';

const MAX_SEAL_RETRY_MS = 30_000;
const MAX_MOVES = 3;

export interface BatchesOptions {
  readonly store: ObjectStore;
  readonly route: Route;
  readonly limits: GenerationLimits;
  readonly leaseTtlMs: number;
  readonly owner: string;
  readonly newBatchId: () => BatchId;
  readonly clock: Clock;
  readonly schedule: Schedule;
  readonly emit: Emit;
}

/** The batches of one route: opens them, keeps their leases, and seals them when their generation says so. */
export class Batches {
  readonly #options: BatchesOptions;
  readonly #generations: Generations;
  readonly #open = new Map<BatchId, OpenBatch>();
  readonly #sealing = new Set<Promise<void>>();
  #timer: Timer | undefined;

  constructor(options: BatchesOptions) {
    this.#options = options;
    this.#generations = new Generations(options.limits, options.newBatchId);
  }

  /** The batch for an association's next instance. The caller answers with `acknowledge` or `drop`, once. */
  admit(associationId: string): OpenBatch {
    const batchId = this.#generations.admit(associationId, this.#nowMs());
    return this.#open.get(batchId) ?? this.#begin(batchId);
  }

  /**
   * Takes a stored instance into its batch's account. After this has resolved, success may be answered: the instance
   * is in the manifest of exactly one batch, whoever seals it. An instance whose batch was lost meanwhile is moved to
   * a new one.
   * @throws StoreFault when no batch could take it; the instance then counts as dropped
   */
  async acknowledge(batch: OpenBatch, associationId: string, instance: ManifestInstance): Promise<BatchId> {
    let home = batch;
    let entry = instance;
    for (let move = 0; ; move++) {
      try {
        await home.opened;
      } catch (error) {
        this.#generations.close(home.batchId, 'owner-died');
        this.drop(home);
        throw error;
      }
      if (home.lease.isFresh()) {
        home.instances.push(entry);
        this.#generations.stored(home.batchId, entry.bytes, this.#nowMs());
        this.#sealDue();
        return home.batchId;
      }
      this.#generations.close(home.batchId, 'owner-died');
      this.drop(home);
      if (move === MAX_MOVES) {
        throw new StoreFault('STORE_UNAVAILABLE', 'the lease could not be kept', { retryable: true });
      }
      home = this.admit(associationId);
      entry = await this.#move(entry, home).catch((error) => {
        this.drop(home);
        throw error;
      });
    }
  }

  /** An admitted instance is not kept in this batch. */
  drop(batch: OpenBatch): void {
    this.#generations.dropped(batch.batchId, this.#nowMs());
    this.#sealDue();
  }

  associationEnded(associationId: string): void {
    this.#generations.associationEnded(associationId, this.#nowMs());
    this.#sealDue();
  }

  /** Closes every batch; resolves when all are sealed, which needs every instance in flight to be answered. */
  async drain(): Promise<void> {
    this.#generations.closeAll('drain');
    this.#sealDue();
    while (this.#sealing.size > 0) await Promise.all(this.#sealing);
  }

  #begin(batchId: BatchId): OpenBatch {
    const { store, clock, schedule, leaseTtlMs, owner, route, emit } = this.#options;
    const openedAt = new Date(clock.nowMs()).toISOString();
    const lease = new BatchLease(
      { version: 1, batchId, route, owner, openedAt },
      {
        store,
        clock,
        schedule,
        ttlMs: leaseTtlMs,
        onRenewalFailed: (error) =>
          emit({ event: 'lease-renewal-failed', batchId, detail: safeText(String(error), 200) }),
      },
    );
    const batch = new OpenBatch(batchId, openedAt, lease);
    this.#open.set(batchId, batch);
    emit({ event: 'batch-opened', batchId, route: route.name });
    return batch;
  }

  #sealDue(): void {
    for (const { batchId, reason } of this.#generations.takeDue(this.#nowMs())) {
      const batch = this.#open.get(batchId);
      if (batch === undefined) continue;
      this.#open.delete(batchId);
      const sealing = this.#seal(batch, reason).finally(() => this.#sealing.delete(sealing));
      this.#sealing.add(sealing);
    }
    this.#timer?.cancel();
    const nextMs = this.#generations.nextCheckMs(this.#nowMs());
    this.#timer = nextMs === undefined ? undefined : this.#options.schedule(nextMs, () => this.#sealDue());
  }

  async #seal(batch: OpenBatch, reason: SealReason): Promise<void> {
    const { store, emit, route } = this.#options;
    for (let retryMs = 500; ; retryMs = Math.min(retryMs * 2, MAX_SEAL_RETRY_MS)) {
      try {
        if (batch.instances.length === 0) {
          emit({ event: 'batch-abandoned', batchId: batch.batchId, route: route.name });
        } else {
          const manifest = this.#manifest(batch, reason);
          const winner = await seal(store, manifest);
          if (winner === undefined) emit(sealedEvent(manifest));
          else await this.#rescue(batch, winner);
        }
        await batch.lease.remove();
        return;
      } catch (error) {
        emit({ event: 'seal-failed', batchId: batch.batchId, detail: safeText(String(error), 200) });
        await new Promise<void>((resolve) => this.#options.schedule(retryMs, resolve));
      }
    }
  }

  /** The sweeper sealed this batch first: what it did not list moves to a fresh batch. */
  async #rescue(lost: OpenBatch, winner: Manifest): Promise<void> {
    const listed = new Set(winner.instances.map(({ key }) => key));
    let moved = 0;
    for (const instance of lost.instances.filter(({ key }) => !listed.has(key))) {
      const rescuer = `rescue-${lost.batchId}`;
      const home = this.admit(rescuer);
      await this.acknowledge(home, rescuer, await this.#move(instance, home));
      this.associationEnded(rescuer);
      moved += 1;
    }
    this.#options.emit({ event: 'batch-lost', batchId: lost.batchId, moved });
  }

  /** Copies an instance into another batch and removes it where it was. */
  async #move(instance: ManifestInstance, home: OpenBatch): Promise<ManifestInstance> {
    const key = home.reserveKey(instance.seriesInstanceUid, instance.sopInstanceUid);
    await this.#options.store.copy(instance.key, key);
    await this.#options.store.delete(instance.key);
    return { ...instance, key };
  }

  #manifest(batch: OpenBatch, sealReason: SealReason): Manifest {
    const { owner, route, clock } = this.#options;
    return {
      version: 1,
      batchId: batch.batchId,
      route,
      owner,
      openedAt: batch.openedAt,
      sealedAt: new Date(clock.nowMs()).toISOString(),
      sealReason,
      instances: batch.instances,
    };
  }

  #nowMs(): number {
    return this.#options.clock.monotonicMs();
  }
}

function sealedEvent(manifest: Manifest) {
  const studies = [...new Set(manifest.instances.map(({ studyInstanceUid }) => studyInstanceUid))];
  return {
    event: 'batch-sealed',
    batchId: manifest.batchId,
    route: manifest.route.name,
    reason: manifest.sealReason,
    files: manifest.instances.length,
    bytes: manifestBytes(manifest),
    studyInstanceUids: studies.map((uid) => safeText(uid)),
  } as const;
}
