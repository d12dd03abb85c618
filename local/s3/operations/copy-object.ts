import { createHash } from 'node:crypto';
import { xmlAnswer } from '../answer.ts';
import type { S3Request } from '../request.ts';
import { S3Error } from '../s3-error.ts';
import type { ObjectRecord } from '../storage/object-record.ts';
import { checksumAlgorithm, startChecksum } from '../wire/checksum.ts';
import { writeCondition } from '../wire/precondition.ts';
import { type CopySource, openCopySource } from './copy-source.ts';
import { checksumElements, isoTime, quoted, storedHeaders } from './object-headers.ts';
import type { Operation } from './operation-context.ts';
import { requireSize } from './put-object.ts';

/** CopyObject, with the metadata of the source (COPY) or of the request (REPLACE). */
export const copyObject: Operation = async ({ request, storage, created }) => {
  const bucket = storage.bucket(request.bucket);
  const condition = writeCondition(request.headers);
  const source = await openCopySource(request, storage);
  const staged = await storage.stage();
  try {
    requireSize(source.record.sizeBytes);
    const described = describe(request, source);
    const algorithm = wantedAlgorithm(request) ?? source.record.checksum?.algorithm ?? 'CRC64NVME';
    const checksum = startChecksum(algorithm);
    const md5 = createHash('md5');
    for await (const bytes of source.file.createReadStream({ start: 0, autoClose: false })) {
      md5.update(bytes);
      checksum.update(bytes);
      await staged.write(bytes);
    }
    const record: ObjectRecord = {
      sizeBytes: source.record.sizeBytes,
      lastModifiedMs: storage.nextModifiedMs(),
      etag: md5.digest('hex'),
      checksum: { algorithm, type: 'FULL_OBJECT', value: checksum.digest() },
      ...described,
    };
    await staged.seal(record.lastModifiedMs);
    await bucket.put(request.key, staged, record, condition);
    created('CopyObject', record);
    return xmlAnswer('CopyObjectResult', [
      ['LastModified', isoTime(record.lastModifiedMs)],
      ['ETag', quoted(record.etag)],
      ...checksumElements(record.checksum),
    ]);
  } finally {
    await source.file.close();
    await staged.discard();
  }
};

function describe(request: S3Request, source: CopySource): Pick<ObjectRecord, 'headers' | 'metadata'> {
  const directive = request.headers.get('x-amz-metadata-directive') ?? 'COPY';
  if (directive === 'REPLACE') return storedHeaders(request);
  if (directive !== 'COPY') {
    throw new S3Error('InvalidArgument', 'Unknown metadata directive.', { ArgumentName: 'x-amz-metadata-directive' });
  }
  if (source.bucket === request.bucket && source.key === request.key) {
    throw new S3Error(
      'InvalidRequest',
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
    );
  }
  return { headers: source.record.headers, metadata: source.record.metadata };
}

function wantedAlgorithm(request: S3Request) {
  const header = request.headers.get('x-amz-checksum-algorithm');
  if (header === undefined) return undefined;
  const algorithm = checksumAlgorithm(header);
  if (algorithm === undefined) {
    throw new S3Error('NotImplemented', 'This server does not implement the checksum algorithm that was asked for.');
  }
  return algorithm;
}
