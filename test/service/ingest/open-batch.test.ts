import { beforeEach, describe, expect, it } from 'vitest';
import { type BatchId, batchIdSchema } from '../../../core/object-keys.ts';
import type { Digest } from '../../../core/object-store.ts';
import { BatchLease } from '../../../service/ingest/lease.ts';
import { OpenBatch, type Taken } from '../../../service/ingest/open-batch.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { MemoryStore } from '../../support/memory-store.ts';
import { sampleBatchId } from '../../support/sample-metadata.ts';

const batchId = batchIdSchema.parse(sampleBatchId(1));
const otherBatchId = batchIdSchema.parse(sampleBatchId(2));
const same: Digest = { bytes: 10, crc32: '00000001' };
const other: Digest = { bytes: 10, crc32: '00000002' };

let batch: OpenBatch;
beforeEach(() => {
  const clock = new FakeClock();
  const store = new MemoryStore({ nowMs: clock.nowMs });
  const openedAt = '2026-01-02T03:04:05Z';
  const lease = new BatchLease(
    { version: 1, batchId, route: { name: 'r', priority: 'routine' }, owner: 'o', openedAt },
    { store, clock, schedule: clock.schedule, ttlMs: 1, onRenewalFailed: () => undefined, onLapsed: () => undefined },
  );
  batch = new OpenBatch(batchId, { openedAt, traceparent: undefined }, lease);
});

/** Something to keep whose end the test decides, and how often it was begun. */
function keeper() {
  const { promise, resolve, reject } = Promise.withResolvers<Taken>();
  const calls = { begun: 0 };
  const keep = () => {
    calls.begun += 1;
    return promise;
  };
  return { keep, resolve: (home: BatchId) => resolve({ home: Promise.resolve(home) }), reject, calls };
}

describe('reserveKey', () => {
  it('never gives a key twice', () => {
    const keys = [batch.reserveKey('1', '1.2'), batch.reserveKey('1', '1.2'), batch.reserveKey('1', '1.2')];
    expect(keys.map((key) => key.slice(key.lastIndexOf('/') + 1))).toEqual(['1.2.dcm', '1.2~1.dcm', '1.2~2.dcm']);
    expect(batch.reserveKey('2', '1.2')).toMatch(/\/2\/1\.2\.dcm$/);
  });
});

describe('keepOnce', () => {
  it('keeps the same bytes once, and says where they are', async () => {
    const first = keeper();
    first.resolve(otherBatchId);
    expect((await batch.keepOnce('1.2', same, first.keep)).outcome).toBe('kept');
    const second = keeper();
    const { outcome, home } = await batch.keepOnce('1.2', same, second.keep);
    expect([outcome, await home]).toEqual(['identical', otherBatchId]);
    expect(second.calls.begun).toBe(0);
  });

  it('keeps other bytes and other instances beside', async () => {
    for (const [uid, digest] of [
      ['1.2', same],
      ['1.2', other],
      ['1.3', same],
    ] as const) {
      const { keep, resolve } = keeper();
      resolve(batchId);
      expect((await batch.keepOnce(uid, digest, keep)).outcome).toBe('kept');
    }
    expect(batch.hasOther('1.2', same)).toBe(true);
    expect(batch.hasOther('1.3', same)).toBe(false);
    expect(batch.hasOther('1.4', same)).toBe(false);
  });

  it('lets those who come meanwhile wait for the first', async () => {
    const first = keeper();
    const keeping = batch.keepOnce('1.2', same, first.keep);
    const twins = [keeper(), keeper()];
    const waiting = twins.map(({ keep }) => batch.keepOnce('1.2', same, keep));
    first.resolve(batchId);
    expect((await keeping).outcome).toBe('kept');
    expect((await Promise.all(waiting)).map(({ outcome }) => outcome)).toEqual(['identical', 'identical']);
    expect(twins.map(({ calls }) => calls.begun)).toEqual([0, 0]);
  });

  it('lets exactly one of those who wait take the place of a first that failed', async () => {
    const first = keeper();
    const keeping = batch.keepOnce('1.2', same, first.keep);
    const twins = [keeper(), keeper(), keeper()];
    const waiting = twins.map(({ keep }) => batch.keepOnce('1.2', same, keep));
    first.reject(new Error('disk full'));
    await expect(keeping).rejects.toThrow('disk full');
    for (const { resolve } of twins) resolve(batchId);
    const outcomes = (await Promise.all(waiting)).map(({ outcome }) => outcome);
    expect(outcomes.toSorted()).toEqual(['identical', 'identical', 'kept']);
    expect(twins.reduce((sum, { calls }) => sum + calls.begun, 0)).toBe(1);
  });

  it('forgets what failed', async () => {
    const first = keeper();
    first.reject(new Error('disk full'));
    await expect(batch.keepOnce('1.2', same, first.keep)).rejects.toThrow('disk full');
    expect(batch.hasOther('1.2', other)).toBe(false);
    const second = keeper();
    second.resolve(batchId);
    expect((await batch.keepOnce('1.2', same, second.keep)).outcome).toBe('kept');
  });
});
