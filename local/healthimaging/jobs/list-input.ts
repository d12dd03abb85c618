import type { ListedObject, ObjectAccess } from '../objects/object-access.ts';
import { splitS3Uri } from '../objects/s3-uri.ts';
import type { Quotas } from '../quotas.ts';
import { JobFailure } from './job-failure.ts';

/**
 * The files of a job: every object whose key begins with the prefix, so that `a/b` takes `a/bc` in too.
 * Folder markers (keys that end in a slash) are no files.
 * @throws JobFailure when there are too many, too many bytes, or the bucket cannot be listed
 */
export async function listInput(objects: ObjectAccess, inputS3Uri: string, quotas: Quotas): Promise<ListedObject[]> {
  const { bucket, prefix } = splitS3Uri(inputS3Uri);
  const files: ListedObject[] = [];
  let bytes = 0;
  try {
    for await (const object of objects.list(bucket, prefix)) {
      if (object.key.endsWith('/')) continue;
      files.push(object);
      bytes += object.size;
      if (files.length > quotas.filesPerJob) {
        throw new JobFailure(`FILE_COUNTS_LIMIT_EXCEEDED: more than ${quotas.filesPerJob} files in ${inputS3Uri}`);
      }
      if (bytes > quotas.bytesPerJob) {
        throw new JobFailure(`FILE_SIZE_LIMIT_EXCEEDED: more than ${quotas.bytesPerJob} bytes in ${inputS3Uri}`);
      }
    }
  } catch (error) {
    if (error instanceof JobFailure) throw error;
    throw new JobFailure(`Unable to list ${inputS3Uri}: ${error instanceof Error ? error.name : 'unknown error'}`, {
      cause: error,
    });
  }
  return files;
}
