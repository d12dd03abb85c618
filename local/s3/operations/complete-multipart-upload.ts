import { xmlAnswer } from '../answer.ts';
import type { S3Request } from '../request.ts';
import { S3Error } from '../s3-error.ts';
import type { ObjectRecord } from '../storage/object-record.ts';
import type { Upload } from '../storage/upload.ts';
import type { PartRecord } from '../storage/upload-record.ts';
import { type Checksum, checksumHeader, compositeChecksum, startChecksum } from '../wire/checksum.ts';
import { checkWrite, isConditional, writeCondition } from '../wire/precondition.ts';
import { receiveXml } from '../wire/xml-body.ts';
import { chosenParts, multipartEtag } from './chosen-parts.ts';
import { checksumElements, quoted } from './object-headers.ts';
import type { Operation, OperationContext } from './operation-context.ts';

/** CompleteMultipartUpload. The upload is gone afterwards: a second one gets NoSuchUpload, as S3 documents. */
export const completeMultipartUpload: Operation = async (context) => {
  const { request, payload, storage, created } = context;
  const bucket = storage.bucket(request.bucket);
  const upload = storage.uploads.find(bucket.name, request.key, request.query.get('uploadId') ?? '');
  const body = await receiveXml(payload, {}, 'CompleteMultipartUpload');
  const record = await upload.complete(() => assemble(context, upload, chosenParts(upload, body)));
  created('CompleteMultipartUpload', record);
  await storage.uploads.remove(upload);
  return xmlAnswer('CompleteMultipartUploadResult', [
    ['Location', `http://${request.headers.get('host') ?? ''}/${bucket.name}/${request.key}`],
    ['Bucket', bucket.name],
    ['Key', request.key],
    ['ETag', quoted(record.etag)],
    ...checksumElements(record.checksum),
  ]);
};

async function assemble(
  { request, storage }: OperationContext,
  upload: Upload,
  parts: readonly PartRecord[],
): Promise<ObjectRecord> {
  const bucket = storage.bucket(request.bucket);
  const condition = writeCondition(request.headers);
  const sizeBytes = parts.reduce((sum, part) => sum + part.sizeBytes, 0);
  requireStatedSize(request, sizeBytes);
  if (isConditional(condition)) checkWrite(condition, await bucket.head(request.key));
  const staged = await storage.stage();
  try {
    const { checksumAlgorithm: algorithm, checksumType: type, headers, metadata } = upload.record;
    const whole = startChecksum(algorithm);
    for (const part of parts) {
      for await (const bytes of upload.bytesOf(part)) {
        if (type === 'FULL_OBJECT') whole.update(bytes);
        await staged.write(bytes);
      }
    }
    const composite = () =>
      compositeChecksum(
        algorithm,
        parts.map((part) => part.checksum),
      );
    const checksum: Checksum = { algorithm, type, value: type === 'FULL_OBJECT' ? whole.digest() : composite() };
    requireStatedChecksum(request, checksum);
    const lastModifiedMs = storage.nextModifiedMs();
    const record = { sizeBytes, lastModifiedMs, etag: multipartEtag(parts), checksum, headers, metadata };
    await staged.seal(lastModifiedMs);
    await bucket.put(request.key, staged, record, condition);
    return record;
  } finally {
    await staged.discard();
  }
}

function requireStatedSize(request: S3Request, sizeBytes: number): void {
  const stated = request.headers.get('x-amz-mp-object-size');
  if (stated === undefined || Number(stated) === sizeBytes) return;
  throw new S3Error(
    'InvalidRequest',
    `The provided 'x-amz-mp-object-size' header value ${stated} does not match what was computed: ${sizeBytes}`,
  );
}

function requireStatedChecksum(request: S3Request, checksum: Checksum): void {
  const stated = request.headers.get(checksumHeader(checksum.algorithm));
  const type = request.headers.get('x-amz-checksum-type');
  if (type !== undefined && type !== checksum.type) {
    throw new S3Error('InvalidRequest', `The upload was created with the checksum type ${checksum.type}, not ${type}.`);
  }
  if (stated === undefined || stated === checksum.value || stated === checksum.value.replace(/-\d+$/, '')) return;
  throw new S3Error(
    'BadDigest',
    `The ${checksum.algorithm.toLowerCase()} you specified did not match the calculated checksum.`,
  );
}
