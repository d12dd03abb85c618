import { xmlAnswer } from '../answer.ts';
import { uploadChecksum } from './multipart-checksum.ts';
import { storedHeaders } from './object-headers.ts';
import type { Operation } from './operation-context.ts';

/** CreateMultipartUpload. */
export const createMultipartUpload: Operation = async ({ request, storage, newId }) => {
  const bucket = storage.bucket(request.bucket);
  const record = {
    uploadId: newId(),
    bucket: bucket.name,
    key: request.key,
    initiatedMs: storage.nextModifiedMs(),
    ...storedHeaders(request),
    ...uploadChecksum(request),
  };
  await storage.uploads.create(record);
  const headers = record.checksumRequested
    ? { 'x-amz-checksum-algorithm': record.checksumAlgorithm, 'x-amz-checksum-type': record.checksumType }
    : undefined;
  return xmlAnswer(
    'InitiateMultipartUploadResult',
    [
      ['Bucket', record.bucket],
      ['Key', record.key],
      ['UploadId', record.uploadId],
    ],
    headers,
  );
};
