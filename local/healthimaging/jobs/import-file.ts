import { createHash } from 'node:crypto';
import { DicomFault } from '../dicom/dicom-fault.ts';
import type { ImportWarning } from '../dicom/import-warning.ts';
import type { Emulator } from '../emulator.ts';
import type { InstanceIdentity } from '../imagesets/image-set-key.ts';
import { keepInstance } from '../imagesets/keep-instance.ts';
import type { ListedObject } from '../objects/object-access.ts';
import { splitS3Uri } from '../objects/s3-uri.ts';
import type { FileOutcome, JobRecord } from '../state/records.ts';
import { JobFailure } from './job-failure.ts';

/** A file that has been read and stored, and has no image set yet. */
export interface StoredFile {
  readonly kind: 'stored';
  readonly inputFile: string;
  readonly identity: InstanceIdentity;
  readonly warnings: readonly ImportWarning[];
}

export type FailedFile = Extract<FileOutcome, { kind: 'failed' }>;

/**
 * Reads one file of a job and keeps its attributes and pixel data.
 * @throws JobFailure when the file poisons the job; Error when the emulator itself fails
 */
export async function importFile(
  emulator: Emulator,
  job: JobRecord,
  file: ListedObject,
): Promise<StoredFile | FailedFile> {
  const { state, objects, quotas, faults } = emulator;
  const poison = faults.take('poison-file', ({ keyIncludes }) => file.key.includes(keyIncludes));
  if (poison !== undefined) throw new JobFailure(poison.message);
  if (faults.take('fail-file', ({ keyIncludes }) => file.key.includes(keyIncludes)) !== undefined) {
    return failed(file.key, 'InternalServerException', 'The service could not import the file');
  }
  if (file.size > quotas.bytesPerFile) {
    return failed(file.key, 'ValidationException', `The file is larger than ${quotas.bytesPerFile} bytes`);
  }
  const instanceId = instanceIdOf(job.jobId, file.key);
  const { bucket } = splitS3Uri(job.inputS3Uri);
  try {
    const source = readable(objects.read(bucket, file.key));
    const { identity, warnings } = await keepInstance(state, job.datastoreId, instanceId, file.key, source);
    return { kind: 'stored', inputFile: file.key, identity, warnings };
  } catch (error) {
    if (error instanceof DicomFault) return failed(file.key, 'ValidationException', error.message);
    if (error instanceof UnreadableObject) return failed(file.key, 'InternalServerException', error.message);
    throw error;
  }
}

/** The same for every attempt at a job, so that an attempt that was interrupted leaves nothing behind. */
function instanceIdOf(jobId: string, key: string): string {
  return createHash('sha256').update(`${jobId}/${key}`).digest('hex').slice(0, 32);
}

class UnreadableObject extends Error {}

/** Tells errors of the object store from those of the file. */
async function* readable(source: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  try {
    yield* source;
  } catch (error) {
    throw new UnreadableObject('Unable to read the file from the input bucket', { cause: error });
  }
}

function failed(inputFile: string, exceptionType: FailedFile['exceptionType'], message: string): FailedFile {
  return { kind: 'failed', inputFile, exceptionType, message };
}
