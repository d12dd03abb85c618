import type { Clock, Schedule, Timer } from '../../core/clock.ts';
import { type Manifest, type ManifestInstance, manifestBytes, type SealReason } from '../../core/manifest.ts';
import type { BatchId } from '../../core/object-keys.ts';
import type { ObjectStore } from '../../core/object-store.ts';
import { rescue } from '../../core/rescue.ts';
import type { Route } from '../../core/route.ts';
import { seal } from '../../core/seal.ts';
import type { Emit } from '../telemetry/events.ts';
import { safeText } from '../telemetry/safe-text.ts';
import { findLeftovers } from './find-leftovers.ts';
import { type GenerationLimits, Generations } from './generations.ts';
import { BatchLease } from './lease.ts';
import { OpenBatch, type Taken } from './open-batch.ts';

const FIRST_RETRY_MS = 500;
const MAX_RETRY_MS = 30_000;

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
  /** The trace context of a batch that was told of, where it is traced. */
  readonly traceparentOf?: ((batchId: BatchId) => string | undefined) | undefined;
}

/** The batches of one route: opens them, keeps their leases, and seals them when their generation says so. */
export class Batches {
  readonly #options: BatchesOptions;
  readonly #generations: Generations;
  readonly #open = new Map<BatchId, OpenBatch>();
  #timer: Timer | undefined;
  #timerAtMs = Number.POSITIVE_INFINITY;

  constructor(options: BatchesOptions) {
    this.#options = options;
    this.#generations = new Generations(options.limits, options.newBatchId);
  }

  /**
   * The batch for an association's next instance. The caller answers with `take` or `drop`, once.
   * @param traceparent of the association
   */
  admit(associationId: string, traceparent?: string): OpenBatch {
    const batchId = this.#generations.admit(associationId, this.#nowMs());
    const trace = traceparent === undefined ? {} : { traceparent };
    const batch = this.#open.get(batchId) ?? this.#begin(batchId, trace);
    if (batch.join(associationId)) this.#options.emit({ event: 'batch-joined', batchId, associationId, ...trace });
    return batch;
  }

  /**
   * Takes a stored instance into its batch's account. It is home at once while the lease is fresh. When the lease has
   * run out, the sweeper may be at the batch; when the batch is full, the instance must leave it: either is settled
   * when the batch is sealed. Whoever is home is, or will be, in the manifest of exactly one batch, whoever seals it.
   * @throws StoreFault when no batch could take it; the caller then drops it
   */
  async take(batch: OpenBatch, instance: ManifestInstance): Promise<Taken> {
    const { batchId } = batch;
    try {
      await batch.opened;
    } catch (error) {
      this.#generations.close(batchId, 'owner-died');
      throw error;
    }
    const isFresh = batch.lease.isFresh();
    if (!isFresh) this.#generations.close(batchId, 'owner-died');
    const fits = this.#generations.fits(batchId, instance.bytes);
    if (fits) {
      batch.instances.push(instance);
      this.#generations.stored(batchId, instance.bytes, this.#nowMs());
    } else {
      this.#generations.close(batchId, 'max-bytes');
      batch.overflow.push(instance);
      this.#generations.dropped(batchId, this.#nowMs());
    }
    this.#sealDue();
    if (isFresh && fits) return { home: Promise.resolve(batchId) };
    return { home: batch.sealed.then((moved) => moved.get(instance.key) ?? batchId) };
  }

  /** An admitted instance is not kept in this batch. */
  drop(batch: OpenBatch): void {
    this.#generations.dropped(batch.batchId, this.#nowMs());
    this.#sealDue();
  }

  /** An admitted instance is to be refused although it is perhaps stored, or will be within so long (decision 15). */
  leave(batch: OpenBatch, instance: ManifestInstance, mayAppearForMs: number): void {
    batch.leftovers.push({ instance, settledAtMs: this.#nowMs() + mayAppearForMs });
  }

  associationEnded(associationId: string): void {
    this.#generations.associationEnded(associationId, this.#nowMs());
    this.#sealDue();
  }

  /** What was taken into batches that are not sealed yet. */
  *openInstances(): Generator<ManifestInstance, void, undefined> {
    for (const { instances, overflow } of this.#open.values()) yield* [...instances, ...overflow];
  }

  /** Closes every batch; resolves when all are sealed, which needs every instance in flight to be answered. */
  async drain(): Promise<void> {
    while (this.#open.size > 0) {
      this.#generations.closeAll('drain');
      this.#sealDue();
      await Promise.race([...this.#open.values()].map(({ sealed }) => sealed));
    }
  }

  #begin(batchId: BatchId, trace: { readonly traceparent?: string }): OpenBatch {
    const { store, clock, schedule, leaseTtlMs, owner, route, emit } = this.#options;
    // First, since it is where the batch comes to have a place in the trace.
    emit({ event: 'batch-opened', batchId, route: route.name, ...trace });
    const traceparent = this.#options.traceparentOf?.(batchId);
    const openedAt = new Date(clock.nowMs()).toISOString();
    const lease = new BatchLease(
      { version: 1, batchId, route, owner, openedAt, ...(traceparent === undefined ? {} : { traceparent }) },
      {
        store,
        clock,
        schedule,
        ttlMs: leaseTtlMs,
        onRenewalFailed: (error) =>
          emit({ event: 'lease-renewal-failed', batchId, detail: safeText(String(error), 200) }),
        onLapsed: () => {
          this.#generations.close(batchId, 'owner-died');
          this.#sealDue();
        },
      },
    );
    const batch = new OpenBatch(batchId, { openedAt, traceparent }, lease);
    this.#open.set(batchId, batch);
    return batch;
  }

  #sealDue(): void {
    for (const { batchId, reason } of this.#generations.takeDue(this.#nowMs())) {
      const batch = this.#open.get(batchId);
      if (batch !== undefined) this.#seal(batch, reason);
    }
    this.#watch();
  }

  /** A timer that is set stays until it is too late: it is not set anew for each instance, and looks again when it is up. */
  #watch(): void {
    const nowMs = this.#nowMs();
    const nextMs = this.#generations.nextCheckMs(nowMs);
    const nextAtMs = nextMs === undefined ? Number.POSITIVE_INFINITY : nowMs + nextMs;
    const isSetEarlyEnough = this.#timerAtMs <= nextAtMs;
    if (nextMs !== undefined && isSetEarlyEnough) return;
    this.#timer?.cancel();
    this.#timerAtMs = nextAtMs;
    if (nextMs === undefined) return;
    this.#timer = this.#options.schedule(nextMs, () => {
      this.#timerAtMs = Number.POSITIVE_INFINITY;
      this.#sealDue();
    });
  }

  async #seal(batch: OpenBatch, reason: SealReason): Promise<void> {
    const { store, emit, route } = this.#options;
    const { batchId } = batch;
    const startedMs = this.#nowMs();
    let moved: ReadonlyMap<string, BatchId> = new Map();
    const leftovers = await this.#persist(batchId, () => findLeftovers(batch, this.#options));
    const instances = batch.instances.concat(leftovers);
    if (instances.length === 0) {
      emit({ event: 'batch-abandoned', batchId, route: route.name });
    } else {
      const manifest = this.#manifest(batch, instances, reason);
      const winner = await this.#persist(batchId, () => seal(store, manifest));
      moved = await this.#persist(batchId, () => this.#clear(batch, manifest, winner ?? manifest));
      const durationMs = this.#nowMs() - startedMs;
      emit(
        winner === undefined ? sealedEvent(manifest, durationMs) : { event: 'batch-lost', batchId, moved: moved.size },
      );
    }
    await this.#persist(batchId, () => batch.lease.remove());
    this.#open.delete(batchId);
    batch.conclude(moved);
  }

  /** Does a step of a seal until it succeeds: what was acknowledged must reach a manifest. */
  async #persist<T>(batchId: BatchId, step: () => Promise<T>): Promise<T> {
    for (let retryMs = FIRST_RETRY_MS; ; retryMs = Math.min(retryMs * 2, MAX_RETRY_MS)) {
      try {
        return await step();
      } catch (error) {
        this.#options.emit({ event: 'seal-failed', batchId, detail: safeText(String(error), 200) });
        await new Promise<void>((resolve) => this.#options.schedule(retryMs, resolve));
      }
    }
  }

  /**
   * Leaves in a sealed batch what its manifest names and nothing else: from now on nobody can name any more of it.
   * @returns the batches that acknowledged instances went to
   */
  async #clear(batch: OpenBatch, ours: Manifest, inForce: Manifest): Promise<ReadonlyMap<string, BatchId>> {
    const { store } = this.#options;
    const named = new Set(inForce.instances.map(({ key }) => key));
    const strays = [...batch.instances, ...batch.overflow].filter(({ key }) => !named.has(key));
    const moved = await rescue(store, ours, strays);
    for (const { key } of strays) await store.delete(key);
    for (const { instance } of batch.leftovers) if (!named.has(instance.key)) await store.delete(instance.key);
    return moved;
  }

  #manifest(batch: OpenBatch, instances: ManifestInstance[], sealReason: SealReason): Manifest {
    const { owner, route, clock } = this.#options;
    return {
      version: 1,
      batchId: batch.batchId,
      route,
      owner,
      openedAt: batch.openedAt,
      sealedAt: new Date(clock.nowMs()).toISOString(),
      sealReason,
      ...(batch.traceparent === undefined ? {} : { traceparent: batch.traceparent }),
      instances,
    };
  }

  #nowMs(): number {
    return this.#options.clock.monotonicMs();
  }
}

function sealedEvent(manifest: Manifest, durationMs: number) {
  const studies = [...new Set(manifest.instances.map(({ studyInstanceUid }) => studyInstanceUid))];
  return {
    event: 'batch-sealed',
    batchId: manifest.batchId,
    route: manifest.route.name,
    reason: manifest.sealReason,
    files: manifest.instances.length,
    bytes: manifestBytes(manifest),
    studyInstanceUids: studies.map((uid) => safeText(uid)),
    durationMs,
  } as const;
}
