import { GetDICOMImportJobCommand } from '@aws-sdk/client-medical-imaging';
import { afterEach, describe, expect, it } from 'vitest';
import { noQuotas } from '../../../local/healthimaging/quotas.ts';
import { syntaxes } from './part10.ts';
import { startTrial, type Trial } from './trial-emulator.ts';
import { imported, lines, put } from './trial-import.ts';

const trials: Trial[] = [];

async function start(...parameters: Parameters<typeof startTrial>): Promise<Trial> {
  const trial = await startTrial(...parameters);
  trials.push(trial);
  return trial;
}

afterEach(async () => {
  for (const trial of trials.splice(0)) await trial.close();
});

const jobFolder = (datastoreId: string, jobId: string): string => `results/${datastoreId}-DicomImport-${jobId}/`;

describe('an import job', () => {
  it('goes from submitted to completed, tells of it, and leaves its results', async () => {
    const trial = await start();
    const datastoreId = await trial.createDatastore();
    put(trial, 'batch/1.dcm');
    put(trial, 'batch/2.dcm', { '00080018 UI': '1.2.3.1.2' });
    trial.objects.put('input', 'batch/readme.txt', Buffer.from('no image'));
    const jobId = await trial.start(datastoreId, 'batch/', { jobName: 'batch-1' });
    const event = await trial.ended(jobId);

    const { jobProperties } = await trial.client.send(new GetDICOMImportJobCommand({ datastoreId, jobId }));
    expect(jobProperties).toEqual({
      jobId,
      jobName: 'batch-1',
      jobStatus: 'COMPLETED',
      datastoreId,
      dataAccessRoleArn: 'arn:aws:iam::123456789012:role/import',
      submittedAt: new Date('2026-01-02T03:04:05Z'),
      endedAt: new Date('2026-01-02T03:04:05Z'),
      inputS3Uri: 's3://input/batch/',
      outputS3Uri: `s3://output/${jobFolder(datastoreId, jobId)}`,
    });
    expect(event).toEqual({
      version: '0',
      id: expect.any(String),
      'detail-type': 'Import Job Completed',
      source: 'aws.medical-imaging',
      account: '123456789012',
      time: '2026-01-02T03:04:05Z',
      region: 'us-east-1',
      resources: [`arn:aws:medical-imaging:us-east-1:123456789012:datastore/${datastoreId}`],
      detail: {
        imagingVersion: '1.0',
        datastoreId,
        jobId,
        jobName: 'batch-1',
        jobStatus: 'COMPLETED',
        inputS3Uri: 's3://input/batch/',
        outputS3Uri: `s3://output/${jobFolder(datastoreId, jobId)}`,
      },
    });
    expect(trial.events.map((one) => one['detail-type'])).toEqual([
      'Data Store Creating',
      'Data Store Created',
      'Import Job Submitted',
      'Import Job In Progress',
      'Image Set Created',
      'Import Job Completed',
    ]);
    expect(trial.objects.keys('output')).toEqual(
      ['FAILURE/failure.ndjson', 'SUCCESS/success.ndjson', 'job-output-manifest.json'].map(
        (path) => jobFolder(datastoreId, jobId) + path,
      ),
    );
    expect(JSON.parse(trial.output(datastoreId, jobId, 'job-output-manifest.json') ?? '').jobSummary).toMatchObject({
      numberOfScannedFiles: 3,
      numberOfImportedFiles: 2,
      numberOfFilesWithCustomerError: 1,
      numberOfGeneratedImageSets: 1,
      imageSetsSummary: [{ numberOfMatchedSOPInstances: 2 }],
    });
    expect(lines(trial.output(datastoreId, jobId, 'SUCCESS/success.ndjson')).map(({ inputFile }) => inputFile)).toEqual(
      ['batch/1.dcm', 'batch/2.dcm'],
    );
  });

  it('takes in every key that begins with its prefix, and no folder markers', async () => {
    const trial = await start();
    const datastoreId = await trial.createDatastore();
    for (const key of ['a/b/1.dcm', 'a/b/deep/2.dcm', 'a/bc/3.dcm', 'a/c/4.dcm']) put(trial, key);
    trial.objects.put('input', 'a/b/', Buffer.alloc(0));
    const files = async (prefix: string): Promise<string[]> => {
      const jobId = await imported(trial, datastoreId, prefix);
      return lines(trial.output(datastoreId, jobId, 'SUCCESS/success.ndjson')).map(({ inputFile }) => inputFile);
    };
    expect(await files('a/b')).toEqual(['a/b/1.dcm', 'a/b/deep/2.dcm', 'a/bc/3.dcm']);
    expect(await files('a/b/')).toEqual(['a/b/1.dcm', 'a/b/deep/2.dcm']);
  });

  it('without files completes with an empty manifest', async () => {
    const trial = await start();
    const datastoreId = await trial.createDatastore();
    const jobId = await imported(trial, datastoreId, 'nothing/');
    expect(trial.objects.keys('output')).toEqual([`${jobFolder(datastoreId, jobId)}job-output-manifest.json`]);
  });

  it('reports a file of an unsupported transfer syntax as imported with a warning', async () => {
    const trial = await start();
    const datastoreId = await trial.createDatastore();
    put(trial, 'batch/1.dcm', { '7FE00010 OW': { fragments: [Uint8Array.of(1, 2)] } }, syntaxes.deflatedFrames);
    const jobId = await imported(trial, datastoreId, 'batch/');
    expect(lines(trial.output(datastoreId, jobId, 'WARNING/warning.ndjson'))).toMatchObject([
      { inputFile: 'batch/1.dcm', importResponse: { warnings: [{ type: 'UnsupportedTransferSyntax' }] } },
    ]);
  });

  it.each([
    ['files', { filesPerJob: 1 }, 'FILE_COUNTS_LIMIT_EXCEEDED'],
    ['bytes', { bytesPerJob: 500 }, 'FILE_SIZE_LIMIT_EXCEEDED'],
  ])('fails with too many %s, or does not start, as asked for', async (_what, limit, message) => {
    const trial = await start({ quotas: { ...noQuotas, ...limit } });
    const datastoreId = await trial.createDatastore();
    for (const name of ['1', '2']) put(trial, `batch/${name}.dcm`);
    const jobId = await imported(trial, datastoreId, 'batch/');
    const { jobProperties } = await trial.client.send(new GetDICOMImportJobCommand({ datastoreId, jobId }));
    expect(jobProperties).toMatchObject({ jobStatus: 'FAILED', message: expect.stringContaining(message) });
    expect(trial.objects.keys('output')).toEqual([]);

    const strict = await start({ quotas: { ...noQuotas, ...limit }, behaviour: { oversizeJobs: 'reject-start' } });
    const other = await strict.createDatastore();
    for (const name of ['1', '2']) put(strict, `batch/${name}.dcm`);
    await expect(strict.start(other, 'batch/')).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining(message),
    });
  });

  it('is started once for one client token', async () => {
    const trial = await start();
    const datastoreId = await trial.createDatastore();
    const [first, second] = await Promise.all(
      [1, 2].map(() => trial.start(datastoreId, 'batch/', { clientToken: 'batch-1' })),
    );
    expect(second).toBe(first);
    await expect(trial.start(datastoreId, 'other/', { clientToken: 'batch-1' })).rejects.toThrow(/clientToken/);
  });
});
