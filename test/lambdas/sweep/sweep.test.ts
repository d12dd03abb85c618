import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Manifest, manifestSchema } from '../../../core/manifest.ts';
import { type BatchId, leaseKey, manifestKey } from '../../../core/object-keys.ts';
import { batchRecordOf } from '../../../lambdas/ledger/records-of.ts';
import { silentNotices } from '../../../lambdas/studies/study-notices.ts';
import { sweep } from '../../../lambdas/sweep/sweep.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { MemoryExecutions } from '../../support/import-ports.ts';
import { type LedgerTrial, startLedger } from '../../support/ledger-trial.ts';
import { MemoryStore } from '../../support/memory-store.ts';
import { batchIdAt, manifestBytes, manifestOf, storeInstance } from '../../support/sealed-batches.ts';

const leaseTtlMs = 30_000;
const leaseGraceMs = 10_000;
const lostEventAfterMs = 120_000;
const stuckAfterMs = 600_000;
const datastoreId = 'd'.repeat(32);
const route = { name: 'main', datastoreId, priority: 'stat' } as const;

let trial: LedgerTrial;
let clock: FakeClock;
let store: MemoryStore;
let executions: MemoryExecutions;

beforeAll(async () => {
  trial = await startLedger();
});
afterAll(() => trial.close());
beforeEach(() => {
  clock = new FakeClock();
  store = new MemoryStore(clock);
  executions = new MemoryExecutions();
});

const newBatchId = () => batchIdAt(clock.nowMs());
const run = () =>
  sweep({
    store,
    ledger: trial.ledger,
    executions,
    notices: silentNotices,
    onEnded: () => undefined,
    bucket: 'ingest',
    leaseTtlMs,
    leaseGraceMs,
    nowMs: clock.nowMs,
    lostEventAfterMs,
    lostEventLookbackMs: 86_400_000,
    stuckAfterMs,
    maxRedrives: 2,
  });

const putLease = (batchId: BatchId, renewal = 0) => {
  const openedAt = new Date(clock.nowMs()).toISOString();
  const lease = { version: 1, batchId, route, owner: 'pod-1', openedAt, renewal, traceparent: '00-1-2-01' };
  return store.put(leaseKey(batchId), manifestBytes(lease));
};
const manifestAt = (batchId: BatchId): Manifest =>
  manifestSchema.parse(JSON.parse(store.text(manifestKey(batchId)) ?? ''));

describe('an open batch', () => {
  it('is left alone while its lease lives, and for the grace after that', async () => {
    const batchId = newBatchId();
    await putLease(batchId);
    await storeInstance(store, batchId, { study: 1, number: 1 });
    clock.pause(leaseTtlMs + leaseGraceMs);
    expect((await run()).orphans).toEqual([]);
    expect(store.keys('manifests/')).toEqual([]);
  });

  it("is sealed in its dead owner's place, over everything that was stored", async () => {
    const batchId = newBatchId();
    await putLease(batchId);
    const stored = [
      await storeInstance(store, batchId, { study: 1, number: 1 }),
      await storeInstance(store, batchId, { study: 2, number: 1 }),
    ];
    await store.put(`batches/${batchId}/by-somebody-else.txt`, Buffer.from('?'));
    clock.pause(leaseTtlMs + leaseGraceMs + 1);
    expect((await run()).orphans).toEqual([{ type: 'sealed', batchId }]);
    expect(manifestAt(batchId)).toMatchObject({
      route,
      owner: 'pod-1',
      sealReason: 'owner-died',
      traceparent: '00-1-2-01',
      instances: stored,
    });
    expect(store.keys('open/')).toEqual([]);
  });

  it('is not sealed when its owner renews the lease while it is looked at', async () => {
    const batchId = newBatchId();
    await putLease(batchId);
    await storeInstance(store, batchId, { study: 1, number: 1 });
    clock.pause(leaseTtlMs + leaseGraceMs + 1);
    store.disturb = ({ operation, key }) =>
      operation === 'list' && key.startsWith('batches/') ? { before: putLease(batchId, 1) } : undefined;
    expect((await run()).orphans).toEqual([{ type: 'renewed', batchId }]);
    expect(store.keys('manifests/')).toEqual([]);
    expect(store.keys('open/')).toEqual([leaseKey(batchId)]);
  });

  it.each(['get', 'list'] as const)(
    'whose lease goes before the sweeper comes to %s it is left to who removed it',
    async (operation) => {
      const batchId = newBatchId();
      await putLease(batchId);
      await storeInstance(store, batchId, { study: 1, number: 1 });
      clock.pause(leaseTtlMs + leaseGraceMs + 1);
      const prefix = operation === 'get' ? 'open/' : 'batches/';
      store.disturb = (request) =>
        request.operation === operation && request.key.startsWith(prefix)
          ? { before: store.delete(leaseKey(batchId)) }
          : undefined;
      expect(await run()).toMatchObject({ orphans: [{ type: 'gone', batchId }], problems: [] });
      expect(store.keys('manifests/')).toEqual([]);
    },
  );

  it('without objects leaves nothing behind', async () => {
    const batchId = newBatchId();
    await putLease(batchId);
    clock.pause(leaseTtlMs + leaseGraceMs + 1);
    expect((await run()).orphans).toEqual([{ type: 'empty', batchId }]);
    expect(store.keys()).toEqual([]);
  });

  it('that its owner has sealed loses its lease only', async () => {
    const batchId = newBatchId();
    await putLease(batchId);
    const stored = [await storeInstance(store, batchId, { study: 1, number: 1 })];
    const own = { ...manifestOf(batchId, 0), instances: stored };
    await store.put(manifestKey(batchId), manifestBytes(own));
    clock.pause(leaseTtlMs + leaseGraceMs + 1);
    expect((await run()).orphans).toEqual([{ type: 'already-sealed', batchId }]);
    expect(manifestAt(batchId)).toEqual(own);
    expect(store.keys('open/')).toEqual([]);
  });

  it('that was sealed without some of its objects has them rescued into a batch of their own', async () => {
    const batchId = newBatchId();
    await putLease(batchId);
    const listed = await storeInstance(store, batchId, { study: 1, number: 1 });
    const { key: _, ...stray } = await storeInstance(store, batchId, { study: 1, number: 2 });
    await store.put(manifestKey(batchId), manifestBytes({ ...manifestOf(batchId, 0), instances: [listed] }));
    clock.pause(leaseTtlMs + leaseGraceMs + 1);
    const [outcome] = (await run()).orphans;
    expect(outcome).toMatchObject({ type: 'rescued', batchId, instances: 1 });
    const into = outcome?.type === 'rescued' ? outcome.into : batchId;
    expect(manifestAt(into)).toMatchObject({ route, instances: [stray] });
    expect(store.keys(`batches/${into}/`)).toEqual(manifestAt(into).instances.map(({ key }) => key));
  });

  it.each(['putIfAbsent', 'delete', 'head', 'list'] as const)(
    'is sealed by the next sweep when %s fails in one',
    async (failing) => {
      const batchId = newBatchId();
      await putLease(batchId);
      await storeInstance(store, batchId, { study: 1, number: 1 });
      clock.pause(leaseTtlMs + leaseGraceMs + 1);
      store.disturb = ({ operation, key, attempt }) =>
        operation === failing && attempt === 1 && key !== leaseKey(batchId) && key.includes(batchId)
          ? { fail: 'STORE_UNAVAILABLE' }
          : operation === failing && failing === 'delete' && attempt === 1
            ? { fail: 'STORE_UNAVAILABLE' }
            : undefined;
      expect((await run()).problems).toMatchObject([{ subject: leaseKey(batchId) }]);
      expect((await run()).problems).toEqual([]);
      expect(manifestAt(batchId).instances).toHaveLength(1);
      expect(store.keys('open/')).toEqual([]);
    },
  );

  it('whose lease nobody can read is reported and does not keep the others waiting', async () => {
    const [broken, whole] = [newBatchId(), newBatchId()].sort() as [BatchId, BatchId];
    await store.put(leaseKey(broken), Buffer.from('{'));
    await putLease(whole);
    await storeInstance(store, whole, { study: 1, number: 1 });
    clock.pause(leaseTtlMs + leaseGraceMs + 1);
    const { orphans, problems } = await run();
    expect(orphans).toEqual([{ type: 'sealed', batchId: whole }]);
    expect(problems).toMatchObject([{ subject: leaseKey(broken) }]);
  });
});

describe('a sealed batch', () => {
  const seal = async () => {
    const batchId = newBatchId();
    await store.put(manifestKey(batchId), manifestBytes(manifestOf(batchId, 1)));
    return { batchId, bucket: 'ingest', manifestKey: manifestKey(batchId) };
  };

  it('that the ledger does not know is started when its event is overdue, under its own name', async () => {
    const sealed = await seal();
    clock.pause(lostEventAfterMs - 1);
    expect((await run()).started).toEqual([]);
    clock.pause(1);
    expect((await run()).started).toEqual([sealed.batchId]);
    expect(executions.started).toEqual([{ name: sealed.batchId, input: sealed }]);
    expect((await run()).started).toEqual([]);
  });

  it('that stands still is started again a bounded number of times and then given up', async () => {
    const { batchId } = await seal();
    const now = new Date(clock.nowMs()).toISOString();
    await trial.ledger.putBatch(batchRecordOf(manifestOf(batchId, 1), { bucket: 'ingest', datastoreId, now }));
    executions.statuses.set(batchId, 'running');
    clock.pause(stuckAfterMs + 1);
    expect((await run()).started).not.toContain(batchId);

    executions.statuses.set(batchId, 'ended');
    expect((await run()).started).toContain(batchId);
    executions.statuses.set(`${batchId}-r1`, 'ended');
    expect((await run()).started).toContain(batchId);
    executions.statuses.set(`${batchId}-r2`, 'ended');
    expect((await run()).gaveUp).toContain(batchId);
    expect(executions.started.map(({ name }) => name)).toEqual([`${batchId}-r1`, `${batchId}-r2`]);
    expect(await trial.ledger.findBatch(batchId)).toMatchObject({
      status: 'failed',
      reason: expect.stringMatching(/^RedrivesExhausted/),
    });
    expect((await run()).gaveUp).not.toContain(batchId);
  });

  it('is started in its own trace: of its manifest when its event was lost, of the ledger when it stands still', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const trace = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', isSampled: true };
    const lost = newBatchId();
    await store.put(manifestKey(lost), manifestBytes({ ...manifestOf(lost, 1), traceparent }));
    clock.pause(lostEventAfterMs);
    expect((await run()).started).toEqual([lost]);
    expect(executions.started).toMatchObject([{ name: lost, trace }]);

    const { batchId: still } = await seal();
    const now = new Date(clock.nowMs()).toISOString();
    const record = batchRecordOf(manifestOf(still, 1), { bucket: 'ingest', datastoreId, now });
    await trial.ledger.putBatch({ ...record, traceparent });
    clock.pause(stuckAfterMs + 1);
    expect((await run()).started).toContain(still);
    expect(executions.started.find(({ name }) => name === still)).toMatchObject({ trace });
  });

  it('that has ended is left alone', async () => {
    const { batchId } = await seal();
    const now = new Date(clock.nowMs()).toISOString();
    const record = batchRecordOf(manifestOf(batchId, 1), { bucket: 'ingest', datastoreId, now });
    await trial.ledger.putBatch({ ...record, status: 'completed' });
    clock.pause(stuckAfterMs + lostEventAfterMs);
    expect((await run()).started).not.toContain(batchId);
  });
});
