import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { manifestKey } from '../../../core/object-keys.ts';
import { countEnded } from '../../../lambdas/count-ended.ts';
import { batchRecordOf, instanceRecordsOf } from '../../../lambdas/ledger/records-of.ts';
import { failureReason } from '../../../lambdas/mark-failed/failure-reason.ts';
import { markFailed } from '../../../lambdas/mark-failed/mark-failed.ts';
import { silentNotices } from '../../../lambdas/studies/study-notices.ts';
import { CountedMetrics } from '../../support/counted-metrics.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { type LedgerTrial, startLedger } from '../../support/ledger-trial.ts';
import { MemoryStore } from '../../support/memory-store.ts';
import { manifestBytes, manifestOf, newBatchId } from '../../support/sealed-batches.ts';

const datastoreId = 'd'.repeat(32);
const clock = new FakeClock();
let trial: LedgerTrial;

beforeAll(async () => {
  trial = await startLedger();
});
afterAll(() => trial.close());

function setUp() {
  const batchId = newBatchId();
  const counted = new CountedMetrics();
  const store = new MemoryStore(clock);
  const sealed = { batchId, bucket: 'ingest', manifestKey: manifestKey(batchId) };
  return {
    batchId,
    store,
    sealed,
    counted,
    options: {
      store,
      ledger: trial.ledger,
      notices: silentNotices,
      onEnded: countEnded(counted, clock.nowMs),
      nowMs: clock.nowMs,
    },
  };
}

describe('markFailed', () => {
  it('fails what has no outcome and keeps the outcomes that are known', async () => {
    const { batchId, store, sealed, options, counted } = setUp();
    const manifest = manifestOf(batchId, 3, 501);
    await store.put(sealed.manifestKey, manifestBytes(manifest));
    const [first, second] = instanceRecordsOf(manifest, '');
    await trial.ledger.putBatch(batchRecordOf(manifest, { bucket: 'ingest', datastoreId, now: '' }));
    // The third was never written: the step before died half-way.
    await trial.ledger.putInstances([{ ...first, status: 'imported', imageSetId: 'set' }, { ...second }] as never);

    expect(await markFailed(sealed, 'why', options)).toBe('failed');
    expect(await markFailed(sealed, 'another reason', options)).toBe('failed');
    expect(counted.sums).toMatchObject({
      ...{ BatchesFailed: 1, InstancesImported: 1, InstancesFailed: 2, 'InstancesNotImported other': 2 },
    });
    const instances = await trial.ledger.instancesOf(batchId);
    expect(instances.map(({ status, reason }) => [status, reason]).sort()).toEqual([
      ['failed', 'why'],
      ['failed', 'why'],
      ['imported', undefined],
    ]);
    expect(await trial.ledger.findBatch(batchId)).toMatchObject({
      status: 'failed',
      reason: 'why',
      imported: 1,
      failed: 2,
      endedAt: new Date(clock.nowMs()).toISOString(),
    });
    expect((await trial.study(datastoreId, '1.2.501'))?.batches[batchId]).toMatchObject({
      failed: 2,
      status: 'failed',
    });
  });

  it('records a batch whose manifest nobody can read', async () => {
    const { batchId, store, sealed, options } = setUp();
    await store.put(sealed.manifestKey, Buffer.from('{'));
    expect(await markFailed(sealed, 'ManifestInvalid: it is not JSON', options)).toBe('failed');
    expect(await trial.ledger.findBatch(batchId)).toMatchObject({
      status: 'failed',
      reason: 'ManifestInvalid: it is not JSON',
      files: 0,
      datastoreId: 'none',
    });
  });

  it('does not wait for a bucket that is closed to it, but for one that is away', async () => {
    const { batchId, store, sealed, options } = setUp();
    store.disturb = () => ({ fail: 'STORE_UNAVAILABLE' });
    await expect(markFailed(sealed, 'why', options)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(await trial.ledger.findBatch(batchId)).toBeUndefined();
    store.disturb = () => ({ fail: 'STORE_DENIED' });
    expect(await markFailed(sealed, 'why', options)).toBe('failed');
  });

  it('records a batch that was never registered, with all its instances', async () => {
    const { batchId, store, sealed, options } = setUp();
    await store.put(sealed.manifestKey, manifestBytes(manifestOf(batchId, 2)));
    await markFailed(sealed, 'NoDatastore', options);
    expect(await trial.ledger.findBatch(batchId)).toMatchObject({ status: 'failed', files: 2, failed: 2 });
    expect(await trial.ledger.instancesOf(batchId)).toHaveLength(2);
  });

  it('leaves a batch as it ended', async () => {
    const { batchId, sealed, options } = setUp();
    const record = batchRecordOf(manifestOf(batchId, 1), { bucket: 'ingest', datastoreId, now: '' });
    await trial.ledger.putBatch({ ...record, status: 'completed' });
    expect(await markFailed(sealed, 'why', options)).toBe('completed');
    expect((await trial.ledger.findBatch(batchId))?.status).toBe('completed');
  });
});

describe('the reason of a failure', () => {
  it.each([
    [
      { Error: 'ImportRefused', Cause: '{"errorType":"ImportRefused","errorMessage":"no role"}' },
      'ImportRefused: no role',
    ],
    [{ Error: 'States.Timeout', Cause: 'took too long' }, 'States.Timeout: took too long'],
    [{ Error: 'A', Cause: 'A: said before' }, 'A: said before'],
    [{ Error: 'A', Cause: '{"other":1}' }, 'A: {"other":1}'],
    [{ Error: 'A', Cause: '' }, 'A'],
    [{ Error: 'A' }, 'A'],
  ])('of %j is %j', (error, reason) => {
    expect(failureReason(error)).toBe(reason);
  });
});
