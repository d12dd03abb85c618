import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { manifestKey } from '../../../core/object-keys.ts';
import { preparePart } from '../../../lambdas/prepare-part/prepare-part.ts';
import { register } from '../../../lambdas/register/register.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { type LedgerTrial, startLedger } from '../../support/ledger-trial.ts';
import { MemoryStore } from '../../support/memory-store.ts';
import { newBatchId, sealBatch } from '../../support/sealed-batches.ts';

const datastoreId = 'd'.repeat(32);
const clock = new FakeClock();
let trial: LedgerTrial;
beforeAll(async () => {
  trial = await startLedger();
});
afterAll(() => trial.close());

async function setUp(parts: readonly { readonly from: number; readonly to: number; readonly copied: boolean }[]) {
  const store = new MemoryStore(clock);
  const batchId = newBatchId();
  const four = [1, 2, 3, 4].map((number) => ({ study: 1, number }));
  const manifest = await sealBatch(store, four, { datastoreId }, batchId);
  const sealed = { batchId, bucket: 'ingest', manifestKey: manifestKey(batchId) };
  const options = { store, ledger: trial.ledger, nowMs: clock.nowMs, outputS3Uri: 's3://results/' };
  await register(sealed, { ...options, defaultDatastoreId: undefined });
  await trial.ledger.moveBatch(batchId, 'queued', { updatedAt: '', parts: [...parts] });
  return { batchId, store, manifest, run: () => preparePart(sealed, { store, ledger: trial.ledger }) };
}

describe('preparePart', () => {
  it('copies what is open of the part under a prefix of its own, once', async () => {
    const { batchId, store, manifest, run } = await setUp([{ from: 1, to: 4, copied: true }]);
    const [, , third] = await trial.ledger.instancesOf(batchId);
    if (third === undefined) throw new Error('no third instance');
    await trial.ledger.putInstances([{ ...third, status: 'imported' }]);
    expect(await run()).toEqual({ batchId, jobName: `${batchId}-p1-4`, files: 2, copied: 2 });
    const expected = [manifest.instances[1], manifest.instances[3]].map(({ key } = { key: '' } as never) =>
      key.replace(`batches/${batchId}/`, `parts/${batchId}-p1-4/`),
    );
    expect(store.keys('parts/')).toEqual(expected);
    expect(await run()).toMatchObject({ files: 2, copied: 0 });
    expect(store.keys('batches/')).toHaveLength(4);
  });

  it('copies what an earlier try has not', async () => {
    const { batchId, store, run } = await setUp([{ from: 0, to: 2, copied: true }]);
    await run();
    await store.delete(store.keys(`parts/${batchId}-p0-2/`)[1] ?? '');
    expect(await run()).toMatchObject({ files: 2, copied: 1 });
  });

  it('has nothing to do for a whole batch', async () => {
    const { batchId, store, run } = await setUp([{ from: 0, to: 4, copied: false }]);
    expect(await run()).toEqual({ batchId, jobName: batchId, files: 4, copied: 0 });
    expect(store.keys('parts/')).toEqual([]);
  });

  it('refuses a batch of which nothing is to be imported', async () => {
    const { run } = await setUp([]);
    await expect(run()).rejects.toMatchObject({ name: 'TransitionRefused' });
  });
});
