import type { ChecksumAlgorithm, ChecksumType } from '../wire/checksum.ts';
import type { ObjectRecord } from './object-record.ts';

/** A multipart upload as it was created: kept on disk as `upload.json`. */
export interface UploadRecord {
  readonly uploadId: string;
  readonly bucket: string;
  readonly key: string;
  readonly initiatedMs: number;
  readonly headers: ObjectRecord['headers'];
  readonly metadata: ObjectRecord['metadata'];
  readonly checksumAlgorithm: ChecksumAlgorithm;
  readonly checksumType: ChecksumType;
  /** False when S3 chose CRC64NVME because the client asked for none. */
  readonly checksumRequested: boolean;
}

/** A part: kept on disk as `<number>.json`, beside the file it names. */
export interface PartRecord {
  readonly partNumber: number;
  readonly sizeBytes: number;
  readonly lastModifiedMs: number;
  /** MD5 in hex. */
  readonly etag: string;
  /** Base64, of the algorithm of the upload. */
  readonly checksum: string;
  readonly fileName: string;
}

export const uploadFileName = 'upload.json';

/** The name of a part's record: `00001.json`. */
export function partRecordName(partNumber: number): string {
  return `${String(partNumber).padStart(5, '0')}.json`;
}

/** The name of a part's bytes; another one each time the part is sent. */
export function partFileName(partNumber: number, lastModifiedMs: number): string {
  return `${String(partNumber).padStart(5, '0')}-${lastModifiedMs}.part`;
}
