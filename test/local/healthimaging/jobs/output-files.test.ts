import { describe, expect, it } from 'vitest';
import { importWarnings } from '../../../../local/healthimaging/dicom/import-warning.ts';
import { outputFiles } from '../../../../local/healthimaging/jobs/output-files.ts';
import type { FileOutcome, JobOutcome, JobRecord } from '../../../../local/healthimaging/state/records.ts';

const job: JobRecord = {
  jobId: '09876543210987654321098765432109',
  jobName: 'batch',
  jobStatus: 'IN_PROGRESS',
  datastoreId: '12345678901234567890123456789012',
  dataAccessRoleArn: 'arn:aws:iam::123456789012:role/import',
  clientToken: 'token',
  inputS3Uri: 's3://in/pfx/',
  outputS3Uri: 's3://out/pfx',
  submittedAtMs: 0,
};

const imageSet = { imageSetId: '12345612345612345678907890789012', imageSetVersion: 1, isPrimary: true };
const imported = (inputFile: string, warnings: (typeof importWarnings)['invalidOffsetTable'][] = []): FileOutcome => ({
  kind: 'imported',
  inputFile,
  ...imageSet,
  warnings,
});

const outcome: JobOutcome = {
  files: [
    imported('pfx/a.dcm'),
    {
      kind: 'failed',
      inputFile: 'pfx/b.dcm',
      exceptionType: 'ValidationException',
      message: 'DICOM attribute TransferSyntaxUID does not exist',
    },
    imported('pfx/c.dcm', [importWarnings.invalidOffsetTable]),
    { kind: 'failed', inputFile: 'pfx/d.dcm', exceptionType: 'InternalServerException', message: 'Internal error' },
  ],
  imageSets: [{ ...imageSet, numberOfMatchedSOPInstances: 2 }],
};

const texts = (...parameters: Parameters<typeof outputFiles>): Record<string, string> =>
  Object.fromEntries(outputFiles(...parameters).map(({ path, text }) => [path, text]));

const folder = 's3://out/pfx/12345678901234567890123456789012-DicomImport-09876543210987654321098765432109/';

describe('the output files of a job', () => {
  it('are those of the developer guide', () => {
    const files = texts(job, outcome, 'success-and-warning');
    expect(Object.keys(files)).toEqual([
      'SUCCESS/success.ndjson',
      'FAILURE/failure.ndjson',
      'WARNING/warning.ndjson',
      'job-output-manifest.json',
    ]);
    expect(files['SUCCESS/success.ndjson']).toBe(
      `{"inputFile":"pfx/a.dcm","importResponse":{"imageSetId":"12345612345612345678907890789012","isPrimary":true}}
{"inputFile":"pfx/c.dcm","importResponse":{"imageSetId":"12345612345612345678907890789012","isPrimary":true}}
`,
    );
    expect(files['FAILURE/failure.ndjson']).toBe(
      `{"inputFile":"pfx/b.dcm","exception":{"exceptionType":"ValidationException","message":"DICOM attribute TransferSyntaxUID does not exist"}}
{"inputFile":"pfx/d.dcm","exception":{"exceptionType":"InternalServerException","message":"Internal error"}}
`,
    );
    expect(files['WARNING/warning.ndjson']).toBe(
      `{"inputFile":"pfx/c.dcm","importResponse":{"imageSetId":"12345612345612345678907890789012","imageSetVersion":1,"isPrimary":true,"warnings":[{"warning_reason_code":45330,"type":"InvalidOffsetTable","message":"The file was imported but contains an invalid offset table, may see issues when retrieving certain frames."}]}}
`,
    );
    expect(JSON.parse(files['job-output-manifest.json'] ?? '')).toEqual({
      jobSummary: {
        jobId: '09876543210987654321098765432109',
        datastoreId: '12345678901234567890123456789012',
        inputS3Uri: 's3://in/pfx/',
        outputS3Uri: folder,
        successOutputS3Uri: `${folder}SUCCESS/`,
        failureOutputS3Uri: `${folder}FAILURE/`,
        warningsOutputS3Uri: `${folder}WARNING/`,
        numberOfScannedFiles: 4,
        numberOfImportedFiles: 2,
        numberOfFilesWithCustomerError: 1,
        numberOfFilesWithServerError: 1,
        numberOfGeneratedImageSets: 1,
        imageSetsSummary: [
          {
            imageSetId: '12345612345612345678907890789012',
            imageSetVersion: 1,
            isPrimary: true,
            numberOfMatchedSOPInstances: 2,
          },
        ],
      },
    });
  });

  it('leave out folders without lines', () => {
    expect(Object.keys(texts(job, { files: [], imageSets: [] }, 'success-and-warning'))).toEqual([
      'job-output-manifest.json',
    ]);
  });

  it('may have a file with warnings among the warnings alone', () => {
    const files = texts(job, outcome, 'warning-only');
    expect(files['SUCCESS/success.ndjson']).not.toContain('pfx/c.dcm');
    expect(files['WARNING/warning.ndjson']).toContain('pfx/c.dcm');
    expect(JSON.parse(files['job-output-manifest.json'] ?? '').jobSummary.numberOfImportedFiles).toBe(2);
  });
});
