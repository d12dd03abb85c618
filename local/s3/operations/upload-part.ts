import { createHash } from 'node:crypto';
import { xmlAnswer } from '../answer.ts';
import type { S3Request } from '../request.ts';
import { S3Error } from '../s3-error.ts';
import type { Storage } from '../storage/storage.ts';
import type { Upload } from '../storage/upload.ts';
import { type PartRecord, partFileName } from '../storage/upload-record.ts';
import { checksumHeader, startChecksum } from '../wire/checksum.ts';
import { receive, statedDigests } from '../wire/digests.ts';
import { parseRange } from '../wire/range.ts';
import { openCopySource } from './copy-source.ts';
import { requireSameChecksum } from './multipart-checksum.ts';
import { isoTime, quoted } from './object-headers.ts';
import type { Operation } from './operation-context.ts';
import { requireSize } from './put-object.ts';

const maxPartNumber = 10_000;

/** UploadPart. */
export const uploadPart: Operation = async ({ request, payload, storage }) => {
  const { upload, partNumber } = findPart(request, storage);
  const stated = statedDigests(request);
  requireSameChecksum(upload.record, stated);
  requireSize(payload.sizeBytes);
  const staged = await storage.stage();
  try {
    const { checksumAlgorithm } = upload.record;
    const received = await receive(payload, stated, checksumAlgorithm, (bytes) => staged.write(bytes));
    const part = partRecord(storage, partNumber, received.sizeBytes, received.md5Hex, received.checksum.value);
    await staged.seal(part.lastModifiedMs);
    await upload.put(staged, part);
    const echoed = stated.checksum === undefined ? {} : { [checksumHeader(checksumAlgorithm)]: part.checksum };
    return { status: 200, headers: { etag: quoted(part.etag), ...echoed } };
  } finally {
    await staged.discard();
  }
};

/** UploadPartCopy, of a whole object or of a range of it. */
export const uploadPartCopy: Operation = async ({ request, storage }) => {
  const { upload, partNumber } = findPart(request, storage);
  const source = await openCopySource(request, storage);
  const staged = await storage.stage();
  try {
    const header = request.headers.get('x-amz-copy-source-range');
    const range = header === undefined ? undefined : parseRange(header, source.record.sizeBytes);
    if (header !== undefined && range === undefined) {
      throw new S3Error('InvalidArgument', 'The x-amz-copy-source-range value must be of the form bytes=first-last.');
    }
    const firstByte = range?.firstByte ?? 0;
    const sizeBytes = range === undefined ? source.record.sizeBytes : range.lastByte - range.firstByte + 1;
    requireSize(sizeBytes);
    const md5 = createHash('md5');
    const checksum = startChecksum(upload.record.checksumAlgorithm);
    const end = firstByte + sizeBytes - 1;
    const bytesOfSource =
      sizeBytes === 0 ? [] : source.file.createReadStream({ start: firstByte, end, autoClose: false });
    for await (const bytes of bytesOfSource) {
      md5.update(bytes);
      checksum.update(bytes);
      await staged.write(bytes);
    }
    const part = partRecord(storage, partNumber, sizeBytes, md5.digest('hex'), checksum.digest());
    await staged.seal(part.lastModifiedMs);
    await upload.put(staged, part);
    return xmlAnswer('CopyPartResult', [
      ['LastModified', isoTime(part.lastModifiedMs)],
      ['ETag', quoted(part.etag)],
      ...(upload.record.checksumRequested
        ? ([[`Checksum${upload.record.checksumAlgorithm}`, part.checksum]] as const)
        : []),
    ]);
  } finally {
    await source.file.close();
    await staged.discard();
  }
};

function findPart(request: S3Request, storage: Storage): { readonly upload: Upload; readonly partNumber: number } {
  const text = request.query.get('partNumber') ?? '';
  const partNumber = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (partNumber < 1 || partNumber > maxPartNumber) {
    throw new S3Error('InvalidArgument', `Part number must be an integer between 1 and ${maxPartNumber}, inclusive`, {
      ArgumentName: 'partNumber',
      ArgumentValue: text,
    });
  }
  const bucket = storage.bucket(request.bucket);
  const upload = storage.uploads.find(bucket.name, request.key, request.query.get('uploadId') ?? '');
  return { upload, partNumber };
}

function partRecord(
  storage: Storage,
  partNumber: number,
  sizeBytes: number,
  etag: string,
  checksum: string,
): PartRecord {
  const lastModifiedMs = storage.nextModifiedMs();
  return { partNumber, sizeBytes, lastModifiedMs, etag, checksum, fileName: partFileName(partNumber, lastModifiedMs) };
}
