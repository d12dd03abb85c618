import { GetDatastoreCommand, GetDICOMImportJobCommand } from '@aws-sdk/client-medical-imaging';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ctElements, part10 } from './part10.ts';
import { startTrial, type Trial } from './trial-emulator.ts';

let trial: Trial;
let datastoreId: string;

beforeEach(async () => {
  trial = await startTrial();
  datastoreId = await trial.createDatastore();
  trial.objects.put('input', 'batch/1.dcm', part10(ctElements()));
  trial.objects.put('input', 'batch/2.dcm', part10(ctElements({ '00080018 UI': '1.2.3.1.2' })));
});
afterEach(() => trial.close());

async function job(jobId: string) {
  return (await trial.client.send(new GetDICOMImportJobCommand({ datastoreId, jobId }))).jobProperties;
}

const countOf = (detailType: string): number =>
  trial.events.filter((event) => event['detail-type'] === detailType).length;

describe('a fault', () => {
  it('refuses so many requests of one operation', async () => {
    trial.faults.add({
      kind: 'refuse-request',
      operation: 'StartDICOMImportJob',
      error: 'ThrottlingException',
      times: 2,
    });
    trial.faults.add({ kind: 'refuse-request', operation: 'GetDatastore', error: 'InternalServerException', times: 1 });
    for (let attempt = 0; attempt < 2; attempt++) {
      await expect(trial.start(datastoreId, 'batch/')).rejects.toMatchObject({ name: 'ThrottlingException' });
    }
    await expect(trial.start(datastoreId, 'batch/')).resolves.toBeDefined();
    await expect(trial.client.send(new GetDatastoreCommand({ datastoreId }))).rejects.toMatchObject({
      name: 'InternalServerException',
      $metadata: { httpStatusCode: 500 },
    });
  });

  it('fails a job as a whole', async () => {
    trial.faults.add({ kind: 'fail-job', message: 'Access denied "by" the trial', times: 1 });
    const jobId = await trial.start(datastoreId, 'batch/');
    expect(await trial.ended(jobId)).toMatchObject({
      'detail-type': 'Import Job Failed',
      detail: { jobStatus: 'FAILED' },
    });
    expect(await job(jobId)).toMatchObject({ jobStatus: 'FAILED', message: expect.stringMatching(/^[\w -:]+$/) });
    expect(trial.objects.keys('output')).toEqual([]);
    const next = await trial.start(datastoreId, 'batch/');
    expect((await trial.ended(next)).detail).toMatchObject({ jobStatus: 'COMPLETED' });
  });

  it('poisons a whole job by one of its files', async () => {
    trial.faults.add({ kind: 'poison-file', keyIncludes: '2.dcm', message: 'poisoned', times: 1 });
    const jobId = await trial.start(datastoreId, 'batch/');
    await trial.ended(jobId);
    expect(await job(jobId)).toMatchObject({ jobStatus: 'FAILED', message: 'poisoned' });
  });

  it('makes the service fail a file', async () => {
    trial.faults.add({ kind: 'fail-file', keyIncludes: '2.dcm', times: 1 });
    const jobId = await trial.start(datastoreId, 'batch/');
    await trial.ended(jobId);
    expect(trial.output(datastoreId, jobId, 'FAILURE/failure.ndjson')).toContain('InternalServerException');
    expect(JSON.parse(trial.output(datastoreId, jobId, 'job-output-manifest.json') ?? '').jobSummary).toMatchObject({
      numberOfImportedFiles: 1,
      numberOfFilesWithServerError: 1,
    });
  });

  it('loses and doubles events', async () => {
    trial.faults.add({ kind: 'lose-event', detailType: 'Import Job Submitted', times: 1 });
    trial.faults.add({ kind: 'duplicate-event', detailType: 'Import Job Completed', times: 1 });
    await trial.ended(await trial.start(datastoreId, 'batch/'));
    expect([countOf('Import Job Submitted'), countOf('Import Job Completed')]).toEqual([0, 2]);
  });

  it('makes the output come after the event', async () => {
    trial.faults.add({ kind: 'late-outputs', delayMs: 5000, times: 1 });
    const jobId = await trial.start(datastoreId, 'batch/');
    await trial.ended(jobId);
    expect(await job(jobId)).toMatchObject({ jobStatus: 'COMPLETED' });
    expect(trial.objects.keys('output')).toEqual([]);
    for (const { task } of trial.held) task();
    await expect.poll(() => trial.output(datastoreId, jobId, 'job-output-manifest.json')).toBeDefined();
  });
});

describe('an object store that fails', () => {
  it('fails the file that cannot be read', async () => {
    const failing = () => {
      throw new Error('connection reset');
    };
    trial.objects.putChunks('input', 'batch/3.dcm', 500, failing);
    const jobId = await trial.start(datastoreId, 'batch/');
    await trial.ended(jobId);
    expect(trial.output(datastoreId, jobId, 'FAILURE/failure.ndjson')).toBe(
      '{"inputFile":"batch/3.dcm","exception":{"exceptionType":"InternalServerException","message":"Unable to read the file from the input bucket"}}\n',
    );
  });
});
