import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  type S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import type { Digest } from '../../../core/object-store.ts';

export interface S3Target {
  readonly client: S3Client;
  readonly bucket: string;
  readonly key: string;
  /** Bounds each request, retries of the client included. */
  readonly deadlineMs: number;
}

/** From when on and in which pieces objects are moved. S3 takes parts of 5 MiB to 5 GiB. */
export interface MultipartSizes {
  /** Up to here one PutObject; beyond, the two extra round trips of a multipart upload are worth their price. */
  readonly singlePutBytes: number;
  readonly partBytes: number;
  /** What S3 copies within one request, and within its deadline. */
  readonly copyPartBytes: number;
}

const MIB = 1024 * 1024;
export const defaultMultipartSizes: MultipartSizes = {
  singlePutBytes: 16 * MIB,
  partBytes: 8 * MIB,
  copyPartBytes: 256 * MIB,
};

/** Bucket, key and deadline of a request. */
export const placeOf = ({ bucket, key }: S3Target) => ({ Bucket: bucket, Key: key });
export const within = ({ deadlineMs }: S3Target) => ({ abortSignal: AbortSignal.timeout(deadlineMs) });

export const base64Of = ({ crc32 }: Pick<Digest, 'crc32'>): string => Buffer.from(crc32, 'hex').toString('base64');

/** A multipart upload whose CRC-32 S3 confirms for the whole object. Its methods reject with the client's errors. */
export class MultipartUpload {
  readonly #target: S3Target;
  readonly #uploadId: string;

  private constructor(target: S3Target, uploadId: string) {
    this.#target = target;
    this.#uploadId = uploadId;
  }

  static async begin(target: S3Target, metadata: Record<string, string>): Promise<MultipartUpload> {
    const { UploadId } = await target.client.send(
      new CreateMultipartUploadCommand({
        ...placeOf(target),
        ContentType: 'application/dicom',
        Metadata: metadata,
        ChecksumAlgorithm: 'CRC32',
        ChecksumType: 'FULL_OBJECT',
      }),
      within(target),
    );
    if (UploadId === undefined) throw new Error('S3 began a multipart upload without an id');
    return new MultipartUpload(target, UploadId);
  }

  async uploadPart(number: number, body: Uint8Array): Promise<CompletedPart> {
    const { ETag, ChecksumCRC32 } = await this.#target.client.send(
      new UploadPartCommand({ ...this.#place(), PartNumber: number, Body: body, ChecksumAlgorithm: 'CRC32' }),
      within(this.#target),
    );
    return { PartNumber: number, ETag, ChecksumCRC32 };
  }

  /** @param source bucket and key, percent-encoded */
  async copyPart(number: number, source: string, firstByte: number, lastByte: number): Promise<CompletedPart> {
    const { CopyPartResult } = await this.#target.client.send(
      new UploadPartCopyCommand({
        ...this.#place(),
        PartNumber: number,
        CopySource: source,
        CopySourceRange: `bytes=${firstByte}-${lastByte}`,
      }),
      within(this.#target),
    );
    return { PartNumber: number, ETag: CopyPartResult?.ETag, ChecksumCRC32: CopyPartResult?.ChecksumCRC32 };
  }

  async complete(parts: readonly CompletedPart[], digest: Digest): Promise<void> {
    await this.#target.client.send(
      new CompleteMultipartUploadCommand({
        ...this.#place(),
        MultipartUpload: { Parts: [...parts] },
        ChecksumCRC32: base64Of(digest),
        ChecksumType: 'FULL_OBJECT',
        MpuObjectSize: digest.bytes,
      }),
      within(this.#target),
    );
  }

  /** Never rejects: what this leaves behind, the bucket's lifecycle rule for incomplete uploads removes. */
  async abort(): Promise<void> {
    await this.#target.client
      .send(new AbortMultipartUploadCommand(this.#place()), within(this.#target))
      .catch(() => undefined);
  }

  #place() {
    return { ...placeOf(this.#target), UploadId: this.#uploadId };
  }
}
