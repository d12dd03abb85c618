import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PipelineFault } from '../../../core/pipeline-fault.ts';
import { type Lane, laneAtWork } from '../../../lambdas/dispatch/lane.ts';
import { importFault } from '../../../lambdas/import-jobs/import-fault.ts';
import { batchRecordOf } from '../../../lambdas/ledger/records-of.ts';
import { startImport } from '../../../lambdas/start-import/start-import.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { MemoryJobs, MemoryTasks } from '../../support/import-ports.ts';
import { type LedgerTrial, startLedger } from '../../support/ledger-trial.ts';
import { manifestOf, newBatchId } from '../../support/sealed-batches.ts';

const datastoreId = 'd'.repeat(32);
let trial: LedgerTrial;

beforeAll(async () => {
  trial = await startLedger();
});
afterAll(() => trial.close());

async function registeredBatch() {
  const batchId = newBatchId();
  await trial.ledger.putBatch(batchRecordOf(manifestOf(batchId, 1), { bucket: 'ingest', datastoreId, now: '' }));
  const jobs = new MemoryJobs();
  const tasks = new MemoryTasks();
  const joined: string[] = [];
  const queue = {
    join: async ({ name }: Lane) => {
      joined.push(name);
    },
  };
  const clock = new FakeClock();
  const start = (taskToken: string) =>
    startImport({ batchId, taskToken }, { ledger: trial.ledger, queue, jobs, tasks, nowMs: clock.nowMs });
  /** What a dispatcher does. */
  const beginJob = async (taskToken: string) => {
    const where = { datastoreId, inputS3Uri: '', outputS3Uri: '', dataAccessRoleArn: '' };
    const job = await jobs.start({ name: batchId, ...where });
    return trial.ledger.recordStart(batchId, taskToken, { ...job, lane: laneAtWork(datastoreId), updatedAt: '' });
  };
  const find = () => trial.ledger.findBatch(batchId);
  return { batchId, jobs, tasks, joined, clock, start, beginJob, find, jobId: `job${batchId.toLowerCase()}` };
}

describe('startImport', () => {
  it('queues the batch with its token, in a lane that is known before', async () => {
    const { batchId, start, find, joined } = await registeredBatch();
    const lane = `routine#${datastoreId}#main`;
    expect(await start('t1')).toMatchObject({ outcome: 'queued', jobName: batchId, lane: { name: lane } });
    expect(joined).toEqual([lane]);
    expect(await find()).toMatchObject({
      status: 'queued',
      lane,
      taskToken: 't1',
      jobName: batchId,
      inputS3Uri: `s3://ingest/batches/${batchId}/`,
      requeued: false,
    });
  });

  it('lets a batch that comes again keep its place, with the newest token', async () => {
    const { clock, start, find } = await registeredBatch();
    await start('t1');
    const { queuedAt } = (await find()) ?? {};
    clock.pause(60_000);
    await start('t2');
    expect(await find()).toMatchObject({ status: 'queued', taskToken: 't2', queuedAt, requeued: true });
  });

  it('waits for the job that is under way', async () => {
    const { start, beginJob, find, tasks, jobId } = await registeredBatch();
    await start('t1');
    expect(await beginJob('t1')).toBe(true);
    expect(await start('t2')).toMatchObject({ outcome: 'under-way', jobStatus: 'SUBMITTED' });
    expect(await find()).toMatchObject({ status: 'importing', taskToken: 't2', jobId });
    expect(tasks.delivered).toEqual([]);
  });

  it('ends the wait itself when the job has ended already', async () => {
    const { start, beginJob, jobs, tasks, jobId } = await registeredBatch();
    await start('t1');
    await beginJob('t1');
    jobs.jobs.set(jobId, { jobId, jobStatus: 'COMPLETED' });
    await start('t2');
    expect(tasks.delivered).toEqual([{ taskToken: 't2', output: { jobId, jobStatus: 'COMPLETED' } }]);
  });

  it('queues anew when HealthImaging has forgotten the job', async () => {
    const { start, beginJob, jobs, find } = await registeredBatch();
    await start('t1');
    await beginJob('t1');
    jobs.jobs.clear();
    expect(await start('t2')).toMatchObject({ outcome: 'queued' });
    const batch = await find();
    expect(batch).toMatchObject({ status: 'queued', requeued: true });
    expect(batch).not.toHaveProperty('jobId');
  });

  it('does not touch a batch that has ended', async () => {
    const { batchId, start, jobs } = await registeredBatch();
    await start('t1');
    await trial.ledger.moveBatch(batchId, 'completed', { updatedAt: '' });
    await expect(start('t2')).rejects.toMatchObject({ name: 'TransitionRefused' });
    expect(jobs.calls).toEqual([]);
  });

  it('tells the studies that they are importing', async () => {
    const { batchId, start } = await registeredBatch();
    const share = { ...noCounts, received: 1, status: 'registered' as const };
    const study = { datastoreId, studyInstanceUid: '1.2.1' };
    await trial.ledger.putStudyShare({ ...study, batchId, firstReceivedAt: '', updatedAt: '', share });
    await start('t1');
    expect((await trial.study(datastoreId, '1.2.1'))?.batches[batchId]?.status).toBe('queued');
    expect((await trial.study(datastoreId, '1.2.1'))?.state).toBe('importing');
  });
});

const noCounts = { imported: 0, warned: 0, failed: 0, unaccounted: 0, imageSetIds: [], nonPrimaryImageSetIds: [] };

describe('an error of the HealthImaging client', () => {
  const named = (name: string) => Object.assign(new Error('why'), { name });

  it.each([
    ['ThrottlingException', 'ImportThrottled'],
    ['ServiceQuotaExceededException', 'ImportThrottled'],
    ['InternalServerException', 'ImportUnavailable'],
    ['ConflictException', 'ImportUnavailable'],
    ['TimeoutError', 'ImportUnavailable'],
    ['ValidationException', 'ImportRefused'],
    ['AccessDeniedException', 'ImportRefused'],
    ['ResourceNotFoundException', 'ImportRefused'],
  ])('%s is %s to the state machine, with its reason', (name, fault) => {
    const found = importFault(named(name));
    expect(found).toBeInstanceOf(PipelineFault);
    expect(found).toMatchObject({ name: fault, message: `${name}: why` });
  });
});
