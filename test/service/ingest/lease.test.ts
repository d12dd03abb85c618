import { beforeEach, describe, expect, it } from 'vitest';
import { leaseSchema } from '../../../core/manifest.ts';
import { batchIdSchema, leaseKey } from '../../../core/object-keys.ts';
import { BatchLease } from '../../../service/ingest/lease.ts';
import { FakeClock, settled } from '../../support/fake-clock.ts';
import { type Disturbance, MemoryStore } from '../../support/memory-store.ts';
import { sampleBatchId } from '../../support/sample-metadata.ts';

const batchId = batchIdSchema.parse(sampleBatchId(1));
const key = leaseKey(batchId);
const TTL_MS = 60_000;

let clock: FakeClock;
let store: MemoryStore;
let lease: BatchLease;
let failedRenewals: unknown[];
let lapses: number;

beforeEach(() => {
  clock = new FakeClock();
  store = new MemoryStore({ nowMs: clock.nowMs });
  failedRenewals = [];
  lapses = 0;
  lease = new BatchLease(
    {
      version: 1,
      batchId,
      route: { name: 'r', priority: 'routine' },
      owner: 'host/1',
      openedAt: '2026-01-02T03:04:05Z',
    },
    {
      store,
      clock,
      schedule: clock.schedule,
      ttlMs: TTL_MS,
      onRenewalFailed: (error) => failedRenewals.push(error),
      onLapsed: () => {
        lapses += 1;
      },
    },
  );
});

/** Puts from the n-th on are as `disturbance` says. */
const disturbPuts = (from: number, disturbance: Disturbance) => {
  store.disturb = ({ operation, attempt }) => (operation === 'put' && attempt >= from ? disturbance : undefined);
};
const renewalsWritten = () => store.calls.filter((call) => call === `put ${key}`).length;
const written = () => leaseSchema.parse(JSON.parse(store.text(key) ?? ''));

describe('a lease', () => {
  it('is not fresh before it is durable, and is readable by the sweeper then', async () => {
    expect(lease.isFresh()).toBe(false);
    await lease.open();
    expect(lease.isFresh()).toBe(true);
    expect(written()).toMatchObject({ batchId, owner: 'host/1', renewal: 0 });
  });

  it('cannot be opened when the store refuses, and is not renewed then', async () => {
    disturbPuts(1, { fail: 'STORE_DENIED' });
    await expect(lease.open()).rejects.toMatchObject({ code: 'STORE_DENIED' });
    expect(lease.isFresh()).toBe(false);
    expect(clock.nextTaskMs).toBeUndefined();
  });

  it('is fresh for its life span after it was sent, not after it was answered', async () => {
    const answer = Promise.withResolvers<void>();
    disturbPuts(1, { after: answer.promise });
    const opening = lease.open();
    await clock.advance(TTL_MS - 1_000);
    disturbPuts(2, { fail: 'STORE_UNAVAILABLE' });
    answer.resolve();
    await opening;
    expect(lease.isFresh()).toBe(true);
    clock.pause(999);
    expect(lease.isFresh()).toBe(true);
    clock.pause(1);
    expect(lease.isFresh()).toBe(false);
  });

  it('is renewed three times in its life span, each time anew', async () => {
    await lease.open();
    await clock.advance(TTL_MS);
    expect(renewalsWritten()).toBe(4);
    expect(written().renewal).toBe(3);
    await clock.advance(10 * TTL_MS);
    expect(lease.isFresh()).toBe(true);
    expect(lapses).toBe(0);
  });

  it('lives on when a renewal fails and the next does not', async () => {
    await lease.open();
    store.disturb = ({ operation, attempt }) =>
      operation === 'put' && attempt === 2 ? { fail: 'STORE_UNAVAILABLE' } : undefined;
    await clock.advance(TTL_MS - 1);
    expect(failedRenewals).toHaveLength(1);
    await clock.advance(TTL_MS);
    expect(lease.isFresh()).toBe(true);
  });

  it('lapses when renewals keep failing, says so once, and is renewed no more', async () => {
    await lease.open();
    disturbPuts(2, { fail: 'STORE_UNAVAILABLE' });
    await clock.advance(TTL_MS - 1);
    expect([lease.isFresh(), lapses]).toEqual([true, 0]);
    await clock.advance(1);
    expect([lease.isFresh(), lapses]).toEqual([false, 1]);
    store.disturb = () => undefined;
    await clock.advance(5 * TTL_MS);
    expect([lease.isFresh(), lapses]).toEqual([false, 1]);
  });

  it('is never fresh again once it had run out: the sweeper may have begun by then', async () => {
    await lease.open();
    clock.pause(TTL_MS);
    expect(lease.isFresh()).toBe(false);
    await clock.advance(0);
    expect(renewalsWritten()).toBe(1);
    expect(lease.isFresh()).toBe(false);
    expect(lapses).toBe(1);
  });

  it('does not live on by a renewal that is confirmed too late', async () => {
    await lease.open();
    const answer = Promise.withResolvers<void>();
    disturbPuts(2, { after: answer.promise });
    await clock.advance(TTL_MS);
    answer.resolve();
    await settled();
    expect(lease.isFresh()).toBe(false);
    expect(lapses).toBe(1);
  });

  it('is removed after a renewal under way, which would bring it back', async () => {
    await lease.open();
    const arrival = Promise.withResolvers<void>();
    disturbPuts(2, { before: arrival.promise });
    await clock.advance(TTL_MS / 3);
    const removal = lease.remove();
    await settled();
    expect(store.calls.at(-1)).toBe(`put ${key}`);
    arrival.resolve();
    await removal;
    expect(store.keys()).toEqual([]);
    await clock.advance(TTL_MS);
    expect(store.keys()).toEqual([]);
    expect(clock.nextTaskMs).toBeUndefined();
  });

  it('can be removed although the renewal under way fails, and tells when the removal fails', async () => {
    await lease.open();
    disturbPuts(2, { fail: 'STORE_UNAVAILABLE' });
    await clock.advance(TTL_MS / 3);
    store.disturb = ({ operation }) => (operation === 'delete' ? { fail: 'STORE_UNAVAILABLE' } : undefined);
    await expect(lease.remove()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    store.disturb = () => undefined;
    await lease.remove();
    expect(store.keys()).toEqual([]);
  });
});
