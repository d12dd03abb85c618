import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PipelineFault } from '../../../core/pipeline-fault.ts';
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
  const nowMs = new FakeClock().nowMs;
  const start = (taskToken: string, overrides: Partial<MemoryJobs> = {}) =>
    startImport(
      { batchId, datastoreId, inputS3Uri: `s3://ingest/batches/${batchId}/`, outputS3Uri: 's3://results/', taskToken },
      { ledger: trial.ledger, jobs: { ...jobs, ...overrides }, tasks, nowMs, dataAccessRoleArn: 'arn:role' },
    );
  return { batchId, jobs, tasks, start, jobId: `job${batchId.toLowerCase()}` };
}

describe('startImport', () => {
  it('notes the token before it starts the job', async () => {
    const { batchId, start, jobId } = await registeredBatch();
    let tokenAtStart: string | undefined;
    await start('t1', {
      start: async () => {
        tokenAtStart = (await trial.ledger.findBatch(batchId))?.taskToken;
        return { jobId, jobStatus: 'SUBMITTED' };
      },
    });
    expect(tokenAtStart).toBe('t1');
    expect(await trial.ledger.findBatch(batchId)).toMatchObject({ status: 'importing', jobId, taskToken: 't1' });
  });

  it('starts one job however often it runs, and waits with the newest token', async () => {
    const { batchId, jobs, tasks, start, jobId } = await registeredBatch();
    await start('t1');
    await start('t2');
    expect(jobs.calls).toEqual([`start ${batchId}`, `find ${jobId}`]);
    expect(await trial.ledger.findBatch(batchId)).toMatchObject({ taskToken: 't2', jobId });
    expect(tasks.delivered).toEqual([]);
  });

  it('ends the wait itself when the job has ended already', async () => {
    const { jobs, tasks, start, jobId } = await registeredBatch();
    await start('t1');
    jobs.jobs.set(jobId, { jobId, jobStatus: 'COMPLETED' });
    await start('t2');
    expect(tasks.delivered).toEqual([{ taskToken: 't2', output: { jobId, jobStatus: 'COMPLETED' } }]);
  });

  it('asks after the job when an earlier attempt may have started it without noting it', async () => {
    const { jobs, tasks, start, jobId } = await registeredBatch();
    const died = async () => {
      throw new Error('died after the start');
    };
    await expect(start('t1', { start: died })).rejects.toThrow('died');
    jobs.jobs.set(jobId, { jobId, jobStatus: 'FAILED' });
    await start('t2');
    expect(tasks.delivered).toEqual([{ taskToken: 't2', output: { jobId, jobStatus: 'FAILED' } }]);
  });

  it('starts anew when HealthImaging has forgotten the job', async () => {
    const { batchId, jobs, start } = await registeredBatch();
    await start('t1');
    jobs.jobs.clear();
    await start('t2');
    expect(jobs.calls.filter((call) => call === `start ${batchId}`)).toHaveLength(2);
  });

  it('does not touch a batch that has ended', async () => {
    const { batchId, jobs, start } = await registeredBatch();
    await trial.ledger.moveBatch(batchId, 'importing', { updatedAt: '' });
    await trial.ledger.moveBatch(batchId, 'completed', { updatedAt: '' });
    await expect(start('t1')).rejects.toMatchObject({ name: 'TransitionRefused' });
    expect(jobs.calls).toEqual([]);
  });
});

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
