import { ListDICOMImportJobsCommand } from '@aws-sdk/client-medical-imaging';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { leaseKey, manifestKey } from '../../core/object-keys.ts';
import { type PipelineTrial, startPipelineTrial } from '../support/pipeline-trial.ts';
import { manifestBytes, newBatchId, sealBatch, storeInstance } from '../support/sealed-batches.ts';

/** Outcome of a batch that has ended, without times and ids. */
async function outcomeOf(trial: PipelineTrial, batchId: ReturnType<typeof newBatchId>) {
  const ended = await trial.ended(batchId);
  if (ended.type !== 'ended') throw new Error('not ended');
  const { status, imported, warned, failed, unaccounted, reason } = ended.batch;
  return { status, imported, warned, failed, unaccounted, ...(reason === undefined ? {} : { reason }) };
}
const allArrived = (imported: number) => ({ status: 'completed', imported, warned: 0, failed: 0, unaccounted: 0 });
const jobsOf = async ({ medicalImaging, datastoreId }: PipelineTrial) =>
  (await medicalImaging.send(new ListDICOMImportJobsCommand({ datastoreId }))).jobSummaries ?? [];

// Each function starts in a thread of its own, which takes seconds each on a machine that is busy.
const patience = { timeout: 180_000 };

describe('the pipeline on emulators', patience, () => {
  let trial: PipelineTrial;
  beforeAll(async () => {
    trial = await startPipelineTrial({ pipeline: { pace: { waitMs: 5, retryMs: 20, tokenTimeoutMs: 3_000 } } });
  });
  afterAll(() => trial.close());

  it('tells of a batch what became of each study and instance', async () => {
    const { batchId, instances } = await sealBatch(
      trial.store,
      [
        { study: 1, number: 1 },
        { study: 1, number: 2 },
        { study: 2, number: 1, broken: true },
      ],
      { datastoreId: trial.datastoreId },
    );
    const ended = await trial.ended(batchId);
    expect(ended).toMatchObject({
      batch: { status: 'completed-with-failures', files: 3, imported: 2, failed: 1, unaccounted: 0 },
      studies: [
        { studyInstanceUid: '1.2.1', received: 2, imported: 2, failed: 0 },
        { studyInstanceUid: '1.2.2', received: 1, imported: 0, failed: 1 },
      ],
    });
    const types = trial.progress.flatMap((step) =>
      'batch' in step && step.batch.batchId === batchId ? step.type : [],
    );
    expect(types).toEqual(['registered', 'importing', 'ended']);
    const records = await trial.pipeline().ledger.instancesOf(batchId);
    expect(records.map(({ objectKey }) => objectKey).sort()).toEqual(instances.map(({ key }) => key).sort());
    expect(records.find(({ studyInstanceUid }) => studyInstanceUid === '1.2.2')?.reason).toMatch(
      /^ValidationException/,
    );
  });

  it('imports a batch once, however often its event comes', async () => {
    trial.faults.add({ kind: 'duplicate-event', detailType: 'Import Job Completed', times: 1 });
    const { batchId } = await sealBatch(trial.store, [{ study: 3, number: 1 }], { datastoreId: trial.datastoreId });
    await trial.redeliver();
    expect(await outcomeOf(trial, batchId)).toEqual(allArrived(1));
    await trial.redeliver();
    expect((await jobsOf(trial)).filter(({ jobName }) => jobName === batchId)).toHaveLength(1);
  });

  it('comes through throttling and outages of HealthImaging', async () => {
    const refusals = ['ThrottlingException', 'ServiceQuotaExceededException', 'InternalServerException'] as const;
    for (const error of refusals) {
      trial.faults.add({ kind: 'refuse-request', operation: 'StartDICOMImportJob', error, times: 2 });
    }
    const { batchId } = await sealBatch(trial.store, [{ study: 4, number: 1 }], { datastoreId: trial.datastoreId });
    expect(await outcomeOf(trial, batchId)).toEqual(allArrived(1));
  });

  it("fails a batch with its job's message", async () => {
    trial.faults.add({ kind: 'fail-job', message: 'the role cannot be assumed', times: 1 });
    const { batchId } = await sealBatch(trial.store, [{ study: 5, number: 1 }], { datastoreId: trial.datastoreId });
    expect(await outcomeOf(trial, batchId)).toEqual({
      ...allArrived(0),
      status: 'failed',
      failed: 1,
      reason: 'JobFailed: the role cannot be assumed',
    });
  });

  it('polls for a job whose event is lost', async () => {
    trial.faults.add({ kind: 'lose-event', detailType: 'Import Job Completed', times: 1 });
    const { batchId } = await sealBatch(trial.store, [{ study: 6, number: 1 }], { datastoreId: trial.datastoreId });
    expect(await outcomeOf(trial, batchId)).toEqual(allArrived(1));
  });

  it('waits for results that come after the event', async () => {
    trial.faults.add({ kind: 'late-outputs', delayMs: 300, times: 1 });
    const { batchId } = await sealBatch(trial.store, [{ study: 7, number: 1 }], { datastoreId: trial.datastoreId });
    expect(await outcomeOf(trial, batchId)).toEqual(allArrived(1));
  });

  it('fails a batch that HealthImaging refuses, with the reason', async () => {
    const { batchId } = await sealBatch(trial.store, [{ study: 8, number: 1 }], { datastoreId: '0'.repeat(32) });
    expect(await outcomeOf(trial, batchId)).toMatchObject({
      status: 'failed',
      failed: 1,
      reason: expect.stringMatching(/^ImportRefused: ResourceNotFoundException/),
    });
  });

  it('fails a batch that has nowhere to go, with the reason', async () => {
    const { batchId } = await sealBatch(trial.store, [{ study: 9, number: 1 }], {});
    expect((await outcomeOf(trial, batchId)).reason).toMatch(/^NoDatastore: route main/);
  });

  it('fails a manifest that nobody can read', async () => {
    const batchId = newBatchId();
    await trial.store.put(manifestKey(batchId), manifestBytes({ version: 2 }));
    expect((await outcomeOf(trial, batchId)).reason).toMatch(/^ManifestInvalid: .*version 2/);
  });

  it('completes an empty batch without a job', async () => {
    const { batchId } = await sealBatch(trial.store, [], { datastoreId: trial.datastoreId });
    expect(await outcomeOf(trial, batchId)).toEqual(allArrived(0));
    expect((await jobsOf(trial)).filter(({ jobName }) => jobName === batchId)).toEqual([]);
  });

  it('imports a batch of several writes and pages', async () => {
    const many = Array.from({ length: 120 }, (_, number) => ({ study: 10, number }));
    const { batchId } = await sealBatch(trial.store, many, { datastoreId: trial.datastoreId });
    expect(await outcomeOf(trial, batchId)).toEqual(allArrived(120));
  });

  it('starts a batch whose event was lost at the next sweep', async () => {
    trial.deaf.toS3 = true;
    const { batchId } = await sealBatch(trial.store, [{ study: 11, number: 1 }], { datastoreId: trial.datastoreId });
    trial.deaf.toS3 = false;
    await trial.pipeline().sweep();
    expect(await outcomeOf(trial, batchId)).toEqual(allArrived(1));
  });

  it('logs no patient', () => {
    expect(trial.logs.length).toBeGreaterThan(20);
    expect(trial.logs.filter((line) => line.includes('Test^One'))).toEqual([]);
  });
});

describe('the pipeline after a restart', patience, () => {
  let trial: PipelineTrial;
  afterEach(() => trial.close());

  it('goes on with what the former process left unfinished, without a second job', async () => {
    trial = await startPipelineTrial({ timing: { importMs: 1_500 } });
    const { batchId } = await sealBatch(trial.store, [{ study: 1, number: 1 }], { datastoreId: trial.datastoreId });
    await trial.progressWhere(({ type }) => type === 'importing');
    await trial.stopPipeline();
    // The job ends while nobody listens.
    await trial.jobsEnded(1);
    const missed = await sealBatch(trial.store, [{ study: 2, number: 1 }], { datastoreId: trial.datastoreId });
    await trial.restartPipeline();
    expect(await outcomeOf(trial, batchId)).toEqual(allArrived(1));
    expect(await outcomeOf(trial, missed.batchId)).toEqual(allArrived(1));
    expect(await jobsOf(trial)).toHaveLength(2);
  });

  it('seals and imports what a dead owner left open', async () => {
    trial = await startPipelineTrial();
    const batchId = newBatchId();
    const lease = {
      version: 1,
      batchId,
      route: { name: 'main', priority: 'routine', datastoreId: trial.datastoreId },
      owner: 'dead',
      openedAt: new Date().toISOString(),
      renewal: 3,
    };
    await storeInstance(trial.store, batchId, { study: 1, number: 1 });
    await trial.store.put(leaseKey(batchId), manifestBytes(lease));
    trial.s3Time.aheadMs = 60_000;
    await trial.pipeline().sweep();
    expect(await outcomeOf(trial, batchId)).toEqual(allArrived(1));
    expect(await trial.store.head(leaseKey(batchId))).toBeUndefined();
  });
});
