import { xmlAnswer } from '../answer.ts';
import { compareKeys } from '../storage/key-order.ts';
import type { Upload } from '../storage/upload.ts';
import { boundedCount, nameEncoding } from './list-objects.ts';
import { isoTime, quoted } from './object-headers.ts';
import type { Operation } from './operation-context.ts';

/** AbortMultipartUpload. */
export const abortMultipartUpload: Operation = async ({ request, storage }) => {
  const bucket = storage.bucket(request.bucket);
  const upload = storage.uploads.find(bucket.name, request.key, request.query.get('uploadId') ?? '');
  upload.abort();
  await storage.uploads.remove(upload);
  return { status: 204, headers: {} };
};

/** ListParts. */
export const listParts: Operation = async ({ request, storage }) => {
  const bucket = storage.bucket(request.bucket);
  const upload = storage.uploads.find(bucket.name, request.key, request.query.get('uploadId') ?? '');
  const { checksumAlgorithm, checksumType, checksumRequested } = upload.record;
  const maxParts = boundedCount(request, 'max-parts');
  const marker = Number(request.query.get('part-number-marker') ?? 0);
  const rest = upload.parts.filter((part) => part.partNumber > marker);
  const page = rest.slice(0, maxParts);
  const isTruncated = page.length > 0 && rest.length > page.length;
  return xmlAnswer('ListPartsResult', [
    ['Bucket', bucket.name],
    ['Key', nameEncoding(request)(request.key)],
    ['UploadId', upload.record.uploadId],
    ['PartNumberMarker', marker],
    ['NextPartNumberMarker', page.at(-1)?.partNumber ?? 0],
    ['MaxParts', maxParts],
    ['IsTruncated', isTruncated],
    ['ChecksumAlgorithm', checksumRequested ? checksumAlgorithm : undefined],
    ['ChecksumType', checksumRequested ? checksumType : undefined],
    ...page.map(
      (part) =>
        [
          'Part',
          [
            ['PartNumber', part.partNumber],
            ['LastModified', isoTime(part.lastModifiedMs)],
            ['ETag', quoted(part.etag)],
            ['Size', part.sizeBytes],
            [`Checksum${checksumAlgorithm}`, checksumRequested ? part.checksum : undefined],
          ],
        ] as const,
    ),
  ]);
};

/** ListMultipartUploads, by key and then by age. */
export const listMultipartUploads: Operation = async ({ request, storage, accountId }) => {
  const bucket = storage.bucket(request.bucket);
  const encode = nameEncoding(request);
  const prefix = request.query.get('prefix') ?? '';
  const maxUploads = boundedCount(request, 'max-uploads');
  const keyMarker = request.query.get('key-marker');
  const idMarker = request.query.get('upload-id-marker');
  const sorted = storage.uploads
    .of(bucket.name)
    .filter(({ record }) => record.key.startsWith(prefix))
    .sort((a, b) => compareKeys(a.record.key, b.record.key) || a.record.initiatedMs - b.record.initiatedMs);
  const rest = sorted.slice(firstBehind(sorted, keyMarker, idMarker));
  const page = rest.slice(0, maxUploads);
  const last = page.at(-1)?.record;
  const isTruncated = last !== undefined && rest.length > page.length;
  return xmlAnswer('ListMultipartUploadsResult', [
    ['Bucket', bucket.name],
    ['KeyMarker', encode(keyMarker ?? '')],
    ['UploadIdMarker', idMarker ?? ''],
    ['NextKeyMarker', isTruncated ? encode(last.key) : undefined],
    ['NextUploadIdMarker', isTruncated ? last.uploadId : undefined],
    ['Prefix', encode(prefix)],
    ['EncodingType', request.query.get('encoding-type')],
    ['MaxUploads', maxUploads],
    ['IsTruncated', isTruncated],
    ...page.map(
      ({ record }) =>
        [
          'Upload',
          [
            ['Key', encode(record.key)],
            ['UploadId', record.uploadId],
            ['Initiator', [['ID', accountId]]],
            ['Owner', [['ID', accountId]]],
            ['StorageClass', 'STANDARD'],
            ['Initiated', isoTime(record.initiatedMs)],
            ['ChecksumAlgorithm', record.checksumRequested ? record.checksumAlgorithm : undefined],
            ['ChecksumType', record.checksumRequested ? record.checksumType : undefined],
          ],
        ] as const,
    ),
  ]);
};

function firstBehind(sorted: readonly Upload[], keyMarker: string | undefined, idMarker: string | undefined): number {
  if (keyMarker === undefined) return 0;
  const marked = sorted.findIndex(({ record }) => record.key === keyMarker && record.uploadId === idMarker);
  if (marked >= 0) return marked + 1;
  const behind = sorted.findIndex(({ record }) => compareKeys(record.key, keyMarker) > 0);
  return behind < 0 ? sorted.length : behind;
}
