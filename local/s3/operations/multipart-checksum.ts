import type { S3Request } from '../request.ts';
import { S3Error } from '../s3-error.ts';
import type { UploadRecord } from '../storage/upload-record.ts';
import { type ChecksumType, checksumAlgorithm } from '../wire/checksum.ts';
import type { StatedDigests } from '../wire/digests.ts';

/**
 * How the checksum of a multipart upload is to be made (S3 user guide, "Checking object integrity"): composite unless
 * asked otherwise, but CRC64NVME only ever over the whole object and the SHA family never.
 */
export function uploadChecksum(
  request: S3Request,
): Pick<UploadRecord, 'checksumAlgorithm' | 'checksumType' | 'checksumRequested'> {
  const named = request.headers.get('x-amz-checksum-algorithm');
  const type = request.headers.get('x-amz-checksum-type');
  if (named === undefined) {
    if (type !== undefined) {
      throw new S3Error(
        'InvalidRequest',
        'The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.',
      );
    }
    return { checksumAlgorithm: 'CRC64NVME', checksumType: 'FULL_OBJECT', checksumRequested: false };
  }
  const algorithm = checksumAlgorithm(named);
  if (algorithm === undefined) {
    throw new S3Error('NotImplemented', `This server does not implement the checksum algorithm ${named.slice(0, 20)}.`);
  }
  const checksumType = parseType(type) ?? (algorithm === 'CRC64NVME' ? 'FULL_OBJECT' : 'COMPOSITE');
  const isPossible = checksumType === 'FULL_OBJECT' ? !algorithm.startsWith('SHA') : algorithm !== 'CRC64NVME';
  if (!isPossible) {
    throw new S3Error(
      'InvalidRequest',
      `The ${checksumType} checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.`,
    );
  }
  return { checksumAlgorithm: algorithm, checksumType, checksumRequested: true };
}

/** Throws InvalidRequest for a part whose checksum is not of the kind that the upload was created with. */
export function requireSameChecksum(upload: UploadRecord, stated: StatedDigests): void {
  const actual = stated.checksum?.algorithm;
  const expected = upload.checksumRequested ? upload.checksumAlgorithm : undefined;
  const mayBeAbsent = expected === undefined || upload.checksumType === 'FULL_OBJECT';
  if (actual === expected || (actual === undefined && mayBeAbsent)) return;
  throw new S3Error(
    'InvalidRequest',
    `Checksum Type mismatch occurred, expected checksum Type: ${expected?.toLowerCase() ?? 'null'}, actual checksum Type: ${actual?.toLowerCase() ?? 'null'}`,
  );
}

function parseType(header: string | undefined): ChecksumType | undefined {
  if (header === undefined || header === 'COMPOSITE' || header === 'FULL_OBJECT') return header;
  throw new S3Error('InvalidRequest', 'Value for x-amz-checksum-type header is invalid.');
}
