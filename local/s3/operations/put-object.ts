import { S3Error } from '../s3-error.ts';
import type { ObjectRecord } from '../storage/object-record.ts';
import { receive, statedDigests } from '../wire/digests.ts';
import { checkWrite, isConditional, writeCondition } from '../wire/precondition.ts';
import { checksumHeaders, quoted, storedHeaders } from './object-headers.ts';
import type { Operation } from './operation-context.ts';

const maxPutBytes = 5 * 1024 ** 3;

/** PutObject: streams to a file out of sight, verifies it, and makes it the object. */
export const putObject: Operation = async ({ request, payload, storage, created }) => {
  const bucket = storage.bucket(request.bucket);
  const condition = writeCondition(request.headers);
  const digests = statedDigests(request);
  const described = storedHeaders(request);
  requireSize(payload.sizeBytes);
  if (isConditional(condition)) checkWrite(condition, await bucket.head(request.key));
  const staged = await storage.stage();
  try {
    const received = await receive(payload, digests, 'CRC64NVME', (bytes) => staged.write(bytes));
    const record: ObjectRecord = {
      sizeBytes: received.sizeBytes,
      lastModifiedMs: storage.nextModifiedMs(),
      etag: received.md5Hex,
      checksum: { ...received.checksum, type: 'FULL_OBJECT' },
      ...described,
    };
    await staged.seal(record.lastModifiedMs);
    await bucket.put(request.key, staged, record, condition);
    created('PutObject', record);
    return { status: 200, headers: { etag: quoted(record.etag), ...checksumHeaders(record.checksum) } };
  } finally {
    await staged.discard();
  }
};

/** Throws EntityTooLarge for more than a single request may carry. */
export function requireSize(sizeBytes: number): void {
  if (sizeBytes <= maxPutBytes) return;
  throw new S3Error('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size', {
    ProposedSize: String(sizeBytes),
    MaxSizeAllowed: String(maxPutBytes),
  });
}
