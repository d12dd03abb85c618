import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { manifestKey } from '../../../core/object-keys.ts';
import { countEnded } from '../../../lambdas/count-ended.ts';
import { batchRecordOf } from '../../../lambdas/ledger/records-of.ts';
import type { JobOutput, JobSummary, OutputText } from '../../../lambdas/reconcile/job-output.ts';
import { reconcile } from '../../../lambdas/reconcile/reconcile.ts';
import { CountedMetrics } from '../../support/counted-metrics.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { MemoryJobs, MemoryNotices } from '../../support/import-ports.ts';
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

async function setUp(files: number) {
  const batchId = newBatchId();
  const manifest = manifestOf(batchId, files);
  const store = new MemoryStore(clock);
  const jobs = new MemoryJobs();
  const notices = new MemoryNotices();
  const counted = new CountedMetrics();
  await store.put(manifestKey(batchId), manifestBytes(manifest));
  await trial.ledger.putBatch(batchRecordOf(manifest, { bucket: 'ingest', datastoreId, now: '' }));
  await trial.ledger.moveBatch(batchId, 'queued', { jobName: batchId, updatedAt: '' });
  await trial.ledger.moveBatch(batchId, 'importing', { jobId: 'job', updatedAt: '' });
  const run = (
    output: { readonly summary?: JobSummary; readonly lines: readonly OutputText[] },
    { jobStatus = 'COMPLETED', outputs = 'complete' }: { jobStatus?: string; outputs?: 'complete' | 'as-found' } = {},
  ) => {
    const port: JobOutput = {
      summary: async () => output.summary,
      async *lines() {
        yield* output.lines;
      },
    };
    const ended = { batchId, manifestKey: manifestKey(batchId), datastoreId, jobId: 'job', jobStatus, outputs };
    const onEnded = countEnded(counted, clock.nowMs);
    return reconcile(ended, { store, ledger: trial.ledger, jobs, output: port, notices, onEnded, nowMs: clock.nowMs });
  };
  return { batchId, jobs, notices, counted, run, keys: manifest.instances.map(({ key }) => key) };
}

const success = (inputFile: string | undefined): OutputText => ({
  kind: 'success',
  text: JSON.stringify({ inputFile, importResponse: { imageSetId: 'set', isPrimary: true } }),
});

describe('reconcile', () => {
  it('ends a batch of which everything arrived, twice alike', async () => {
    const { batchId, run, keys, counted } = await setUp(2);
    const output = { summary: { imported: 2, failed: 0 }, lines: keys.map(success) };
    const first = await run(output);
    expect(first).toMatchObject({ status: 'completed', imported: 2, failed: 0, unaccounted: 0, extraKeys: 0 });
    expect(await run(output)).toEqual(first);
    expect(counted.sums).toMatchObject({ InstancesImported: 2, InstancesFailed: 0 });
    expect(counted.sums).not.toHaveProperty('BatchesFailed');
    expect(await trial.ledger.findBatch(batchId)).toMatchObject({ status: 'completed', imageSetIds: ['set'] });
    const statuses = (await trial.ledger.instancesOf(batchId)).map(({ status, imageSetId }) => [status, imageSetId]);
    expect(statuses).toEqual([
      ['imported', 'set'],
      ['imported', 'set'],
    ]);
  });

  it('does not believe COMPLETED of an instance that no line names', async () => {
    const { run, keys, counted } = await setUp(2);
    const lines = [success(keys[0]), success('batches/foreign.dcm'), { kind: 'success', text: '{' } as const];
    expect(await run({ summary: { imported: 3, failed: 0 }, lines })).toMatchObject({
      status: 'completed-with-failures',
      imported: 1,
      unaccounted: 1,
      extraKeys: 1,
      unreadableLines: 1,
    });
    expect(counted.sums).toMatchObject({ InstancesUnaccounted: 1, 'InstancesNotImported unaccounted': 1 });
  });

  it('waits for results that are not there yet and touches nothing meanwhile', async () => {
    const { batchId, run, keys } = await setUp(2);
    await expect(run({ lines: [] })).rejects.toMatchObject({ name: 'OutputsNotReady' });
    const half = { summary: { imported: 2, failed: 0 }, lines: [success(keys[0])] };
    await expect(run(half)).rejects.toMatchObject({ name: 'OutputsNotReady' });
    expect((await trial.ledger.findBatch(batchId))?.status).toBe('importing');
  });

  it('makes do with what is there when it is told to', async () => {
    const { batchId, run, keys } = await setUp(2);
    const half = { summary: { imported: 2, failed: 0 }, lines: [success(keys[0])] };
    expect(await run(half, { outputs: 'as-found' })).toMatchObject({ status: 'completed-with-failures', imported: 1 });
    expect((await trial.ledger.findBatch(batchId))?.reason).toMatch(/^OutputsNotReady/);
  });

  it('fails a batch whose job wrote nothing at all', async () => {
    const { batchId, run, counted } = await setUp(2);
    expect(await run({ lines: [] }, { outputs: 'as-found' })).toMatchObject({ status: 'failed', unaccounted: 2 });
    expect(counted.sums).toMatchObject({ BatchesFailed: 1, 'InstancesNotImported OutputsNotReady': 2 });
    expect((await trial.ledger.findBatch(batchId))?.reason).toMatch(/^OutputsNotReady/);
  });

  it("fails every instance with the job's message when the job failed, but for those that arrived", async () => {
    const { batchId, jobs, run, keys, counted } = await setUp(2);
    jobs.jobs.set('job', { jobId: 'job', jobStatus: 'FAILED', message: 'too many files' });
    expect(await run({ lines: [success(keys[1])] }, { jobStatus: 'FAILED' })).toMatchObject({
      status: 'completed-with-failures',
      imported: 1,
      failed: 1,
    });
    expect(counted.sums).toMatchObject({ InstancesImported: 1, 'InstancesNotImported JobFailed': 1 });
    const reasons = (await trial.ledger.instancesOf(batchId)).map(({ reason }) => reason);
    expect(reasons).toEqual(['JobFailed: too many files', undefined]);
  });
});
