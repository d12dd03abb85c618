import { expect } from 'vitest';
import { type Manifest, type ManifestInstance, manifestSchema } from '../../../core/manifest.ts';
import {
  type BatchId,
  batchIdOf,
  batchIdSchema,
  leaseKey,
  manifestKey,
  manifestPrefix,
} from '../../../core/object-keys.ts';
import { findDeadLeases, sealOrphan } from '../../../lambdas/sweep/seal-orphans.ts';
import { Batches } from '../../../service/ingest/batches.ts';
import type { OpenBatch } from '../../../service/ingest/open-batch.ts';
import type { TelemetryEvent } from '../../../service/telemetry/events.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { MemoryStore } from '../../support/memory-store.ts';
import { sampleBatchId, sampleMetadata } from '../../support/sample-metadata.ts';

export const LEASE_TTL_MS = 60_000;

/** Batches over a memory store, time by hand, and the pipeline's own sweeper. */
export class BatchesRig {
  readonly clock = new FakeClock();
  readonly store = new MemoryStore({ nowMs: this.clock.nowMs });
  readonly events: TelemetryEvent[] = [];
  readonly #newBatchId = (): BatchId => batchIdSchema.parse(sampleBatchId(++this.#batches));
  readonly batches = new Batches({
    store: this.store,
    route: { name: 'default', priority: 'routine' },
    limits: { quietMs: 5_000, maxAgeMs: 30_000, hardAgeMs: 300_000, maxFiles: 100, maxBytes: 9_000_000_000 },
    leaseTtlMs: LEASE_TTL_MS,
    owner: 'host/1',
    newBatchId: this.#newBatchId,
    clock: this.clock,
    schedule: this.clock.schedule,
    emit: (event) => this.events.push(event),
  });
  #batches = 0;

  /** Admits an instance and makes it durable; what is left to do is to acknowledge it. */
  async commit(associationId: string, n: number): Promise<{ batch: OpenBatch; instance: ManifestInstance }> {
    const batch = this.batches.admit(associationId);
    const metadata = sampleMetadata(n);
    const key = batch.reserveKey(metadata.seriesInstanceUid, metadata.sopInstanceUid);
    const writer = this.store.create(key, metadata);
    writer.write(Buffer.from(`instance ${n}`));
    await writer.commit();
    return { batch, instance: { key, ...writer.digest(), ...metadata } };
  }

  async storeOne(associationId: string, n: number): Promise<BatchId> {
    const { batch, instance } = await this.commit(associationId, n);
    return this.acknowledge(batch, instance);
  }

  async acknowledge(batch: OpenBatch, instance: ManifestInstance): Promise<BatchId> {
    return (await this.batches.take(batch, instance)).home;
  }

  /** One run of the sweeper's part for dead owners. */
  async sweep(): Promise<void> {
    const options = { store: this.store, leaseTtlMs: LEASE_TTL_MS, leaseGraceMs: 0 };
    for (const dead of await findDeadLeases(options)) await sealOrphan(dead, options);
  }

  manifests(): readonly Manifest[] {
    return this.store.keys(manifestPrefix).map((key) => manifestSchema.parse(JSON.parse(this.store.text(key) ?? '')));
  }

  eventsOf(name: TelemetryEvent['event']): readonly TelemetryEvent[] {
    return this.events.filter(({ event }) => event === name);
  }

  /**
   * Every batch is sealed, each of these instances is named by exactly one manifest, every object that a manifest names
   * is there with the bytes it states, and nothing else lies in the store.
   */
  expectSealedExactlyOnce(...instances: readonly number[]): void {
    const named = this.manifests().flatMap((manifest) => manifest.instances);
    expect(named.map(({ sopInstanceUid }) => sopInstanceUid).toSorted()).toEqual(
      instances.map((n) => sampleMetadata(n).sopInstanceUid).toSorted(),
    );
    for (const { key, sopInstanceUid } of named) {
      expect(this.store.text(key)).toBe(`instance ${sopInstanceUid.slice(sopInstanceUid.lastIndexOf('.') + 1)}`);
    }
    const keys = [...named.map(({ key }) => key), ...this.manifests().map(({ batchId }) => manifestKey(batchId))];
    expect(this.store.keys()).toEqual(keys.toSorted());
  }

  /** Whether an instance would still be imported if the process died now: sealed, or to be sealed by the sweeper. */
  isAccountedFor(n: number): boolean {
    const { sopInstanceUid } = sampleMetadata(n);
    if (this.manifests().some(({ instances }) => instances.some((one) => one.sopInstanceUid === sopInstanceUid))) {
      return true;
    }
    return this.store.keys('batches/').some((key) => {
      const batchId = batchIdOf(key);
      return (
        batchId !== undefined &&
        key.includes(`/${sopInstanceUid}`) &&
        this.store.objects.has(leaseKey(batchId)) &&
        !this.store.objects.has(manifestKey(batchId))
      );
    });
  }
}
