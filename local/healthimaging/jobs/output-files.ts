import type { Behaviour } from '../emulator.ts';
import { jobFolderUri } from '../objects/s3-uri.ts';
import type { FileOutcome, JobOutcome, JobRecord } from '../state/records.ts';

export interface OutputFile {
  /** Below the job's folder. */
  readonly path: string;
  readonly contentType: string;
  readonly text: string;
}

type Imported = Extract<FileOutcome, { kind: 'imported' }>;
type Failed = Extract<FileOutcome, { kind: 'failed' }>;

/**
 * The results of a completed job as AWS writes them ("Understanding import jobs" of the developer guide).
 * A folder without lines is not written. The manifest is last, so that whoever finds it finds the rest.
 */
export function outputFiles(
  job: JobRecord,
  { files, imageSets }: JobOutcome,
  warnedFiles: Behaviour['warnedFiles'],
): readonly OutputFile[] {
  const imported = files.filter((file) => file.kind === 'imported');
  const warned = imported.filter(({ warnings }) => warnings.length > 0);
  const failed = files.filter((file) => file.kind === 'failed');
  const succeeded = warnedFiles === 'warning-only' ? imported.filter((file) => !warned.includes(file)) : imported;
  const folder = jobFolderUri(job.outputS3Uri, job.datastoreId, job.jobId);
  const jobSummary = {
    jobId: job.jobId,
    datastoreId: job.datastoreId,
    inputS3Uri: job.inputS3Uri,
    outputS3Uri: folder,
    successOutputS3Uri: `${folder}SUCCESS/`,
    failureOutputS3Uri: `${folder}FAILURE/`,
    warningsOutputS3Uri: `${folder}WARNING/`,
    numberOfScannedFiles: files.length,
    numberOfImportedFiles: imported.length,
    numberOfFilesWithCustomerError: failed.filter((file) => file.exceptionType === 'ValidationException').length,
    numberOfFilesWithServerError: failed.filter((file) => file.exceptionType === 'InternalServerException').length,
    numberOfGeneratedImageSets: imageSets.length,
    imageSetsSummary: imageSets,
  };
  return [
    ...ndjson('SUCCESS/success.ndjson', succeeded.map(successLine)),
    ...ndjson('FAILURE/failure.ndjson', failed.map(failureLine)),
    ...ndjson('WARNING/warning.ndjson', warned.map(warningLine)),
    { path: 'job-output-manifest.json', contentType: 'application/json', text: JSON.stringify({ jobSummary }) },
  ];
}

function ndjson(path: string, lines: readonly object[]): readonly OutputFile[] {
  if (lines.length === 0) return [];
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  return [{ path, contentType: 'application/x-ndjson', text }];
}

function successLine({ inputFile, imageSetId, isPrimary }: Imported): object {
  return { inputFile, importResponse: { imageSetId, isPrimary } };
}

function failureLine({ inputFile, exceptionType, message }: Failed): object {
  return { inputFile, exception: { exceptionType, message } };
}

function warningLine({ inputFile, imageSetId, imageSetVersion, isPrimary, warnings }: Imported): object {
  return { inputFile, importResponse: { imageSetId, imageSetVersion, isPrimary, warnings } };
}
