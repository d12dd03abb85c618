import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { manifestKey } from '../../../core/object-keys.ts';
import { register } from '../../../lambdas/register/register.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { type LedgerTrial, startLedger } from '../../support/ledger-trial.ts';
import { MemoryStore } from '../../support/memory-store.ts';
import { manifestBytes, manifestOf, newBatchId } from '../../support/sealed-batches.ts';

const datastoreId = 'd'.repeat(32);
const clock = new FakeClock();
const store = new MemoryStore(clock);
let trial: LedgerTrial;

beforeAll(async () => {
  trial = await startLedger();
});
afterAll(() => trial.close());

const options = (defaultDatastoreId: string | undefined) => ({
  store,
  ledger: trial.ledger,
  nowMs: clock.nowMs,
  outputS3Uri: 's3://results/jobs/',
  defaultDatastoreId,
});

async function sealed(manifest: object, batchId = newBatchId()) {
  const key = manifestKey(batchId);
  await store.put(key, manifestBytes(manifest));
  return { batchId, bucket: 'ingest', manifestKey: key };
}

describe('register', () => {
  it('takes batch, instances and studies into the ledger, and the same again when it runs twice', async () => {
    const batchId = newBatchId();
    const batch = await sealed({ ...manifestOf(batchId, 30, 901), traceparent: '00-a-b-01' }, batchId);
    const first = await register(batch, options(datastoreId));
    expect(first).toEqual({
      batchId,
      status: 'registered',
      datastoreId,
      outputS3Uri: 's3://results/jobs/',
      files: 30,
      bytes: 3_000,
      priority: 'routine',
      attempt: 0,
      outlet: 'import-job',
      prepared: true,
    });
    const record = await trial.ledger.findBatch(batchId);
    expect(await register(batch, options(datastoreId))).toEqual(first);
    expect(await trial.ledger.findBatch(batchId)).toEqual(record);
    expect(record?.traceparent).toBe('00-a-b-01');
    expect(await trial.ledger.instancesOf(batchId)).toHaveLength(30);
    expect((await trial.study(datastoreId, '1.2.901'))?.batches[batchId]).toMatchObject({ received: 30, imported: 0 });
  });

  it('leaves a batch alone that is past this step', async () => {
    const batchId = newBatchId();
    const batch = await sealed(manifestOf(batchId, 1), batchId);
    await register(batch, options(datastoreId));
    await trial.ledger.moveBatch(batchId, 'queued', { updatedAt: 'later' });
    expect((await register(batch, options(datastoreId))).status).toBe('queued');
    await trial.ledger.moveBatch(batchId, 'importing', { updatedAt: 'later', jobId: 'job' });
    expect((await register(batch, options(datastoreId))).status).toBe('importing');
    expect((await trial.ledger.findBatch(batchId))?.jobId).toBe('job');
  });

  /** A batch of three of which the second failed. */
  async function partlyFailed() {
    const batchId = newBatchId();
    const batch = await sealed(manifestOf(batchId, 3), batchId);
    await register(batch, options(datastoreId));
    const records = await trial.ledger.instancesOf(batchId);
    await trial.ledger.putInstances(
      records.map((record) => ({ ...record, status: record.objectKey.endsWith('1.1.dcm') ? 'failed' : 'imported' })),
    );
    await trial.ledger.moveBatch(batchId, 'queued', { updatedAt: '' });
    await trial.ledger.moveBatch(batchId, 'completed-with-failures', { updatedAt: '', parts: null });
    return { batchId, batch };
  }

  it('leaves a batch that has ended alone, unless an attempt is asked for that it has not had', async () => {
    const { batchId, batch } = await partlyFailed();
    expect((await register(batch, options(datastoreId))).status).toBe('completed-with-failures');
    const replay = { ...batch, attempt: 1 };
    const first = await register(replay, options(datastoreId));
    expect(first).toMatchObject({ status: 'registered', attempt: 1, prepared: false });
    expect(await register(replay, options(datastoreId))).toEqual(first);
    expect((await trial.ledger.findBatch(batchId))?.parts).toEqual([{ from: 0, to: 3, copied: true }]);
    expect((await trial.ledger.instancesOf(batchId)).map(({ status }) => status).sort()).toEqual([
      'imported',
      'imported',
      'received',
    ]);
  });

  it('never imports again what has arrived completely', async () => {
    const { batchId, batch } = await partlyFailed();
    const records = await trial.ledger.instancesOf(batchId);
    await trial.ledger.putInstances(records.map((record) => ({ ...record, status: 'imported' })));
    expect((await register({ ...batch, attempt: 1 }, options(datastoreId))).status).toBe('completed-with-failures');
  });

  it('cuts a batch into parts that is more than a job may hold', async () => {
    const batchId = newBatchId();
    const manifest = manifestOf(batchId, 3);
    const instances = manifest.instances.map((instance) => ({ ...instance, bytes: 6_000_000_000 }));
    const batch = await sealed({ ...manifest, instances }, batchId);
    expect(await register(batch, options(datastoreId))).toMatchObject({ prepared: false });
    expect((await trial.ledger.findBatch(batchId))?.parts).toEqual(
      [0, 1, 2].map((from) => ({ from, to: from + 1, copied: true })),
    );
  });

  it('completes an empty batch at once', async () => {
    const batchId = newBatchId();
    const batch = await sealed(manifestOf(batchId, 0), batchId);
    expect((await register(batch, options(datastoreId))).status).toBe('completed');
    expect((await register(batch, options(datastoreId))).status).toBe('completed');
    expect(await trial.ledger.findBatch(batchId)).toMatchObject({ status: 'completed', files: 0, imported: 0 });
  });

  it("prefers the route's datastore", async () => {
    const batchId = newBatchId();
    const own = 'e'.repeat(32);
    const route = { name: 'main', priority: 'stat', datastoreId: own };
    const batch = await sealed({ ...manifestOf(batchId, 1), route }, batchId);
    expect(await register(batch, options(datastoreId))).toMatchObject({ datastoreId: own, priority: 'stat' });
  });

  it('sends a batch of a route with STOW-RS there, and a replay of it to a job', async () => {
    const batchId = newBatchId();
    const route = { name: 'main', priority: 'stat', outlet: 'stow' };
    const batch = await sealed({ ...manifestOf(batchId, 2), route }, batchId);
    expect(await register(batch, options(datastoreId))).toMatchObject({ outlet: 'stow', prepared: true });
    expect(await register(batch, options(datastoreId))).toMatchObject({ outlet: 'stow' });
    await trial.ledger.moveBatch(batchId, 'failed', { updatedAt: '' });
    expect(await register({ ...batch, attempt: 1 }, options(datastoreId))).toMatchObject({ outlet: 'import-job' });
  });

  it('refuses a batch that has nowhere to go', async () => {
    const batchId = newBatchId();
    const batch = await sealed(manifestOf(batchId, 1), batchId);
    await expect(register(batch, options(undefined))).rejects.toMatchObject({ name: 'NoDatastore' });
  });

  it.each([
    ['an unknown version', (id: ReturnType<typeof newBatchId>) => ({ ...manifestOf(id, 1), version: 2 }), /version 2/],
    ['no version', () => ({}), /version undefined/],
    ['another shape', (id: ReturnType<typeof newBatchId>) => ({ ...manifestOf(id, 1), sealedAt: 'soon' }), /sealedAt/],
    ['the id of another batch', () => manifestOf(newBatchId(), 1), /is the manifest of batch/],
  ])('refuses a manifest with %s', async (_, manifest, message) => {
    const batchId = newBatchId();
    const batch = await sealed(manifest(batchId), batchId);
    const refused = register(batch, options(datastoreId));
    await expect(refused).rejects.toMatchObject({ name: 'ManifestInvalid' });
    await expect(refused).rejects.toThrow(message);
  });

  it('refuses what is no JSON, and misses what is not there', async () => {
    const batchId = newBatchId();
    const batch = { batchId, bucket: 'ingest', manifestKey: manifestKey(batchId) };
    await expect(register(batch, options(datastoreId))).rejects.toMatchObject({ name: 'ManifestMissing' });
    await store.put(batch.manifestKey, Buffer.from('{'));
    await expect(register(batch, options(datastoreId))).rejects.toMatchObject({ name: 'ManifestInvalid' });
  });
});
