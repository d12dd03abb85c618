import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  type S3Client,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import type { Digest } from '../../../core/object-store.ts';
import { base64Crc32 } from './base64-crc32.ts';
import type { Place, UploadedPart } from './body-transport.ts';

/** Bucket and key as the SDK's commands call them. */
export const targetOf = ({ bucket, key }: Place) => ({ Bucket: bucket, Key: key });

/** A multipart upload whose CRC-32 S3 confirms for the whole object. Its methods reject with the client's errors. */
export class MultipartUpload {
  readonly uploadId: string;
  readonly #client: S3Client;
  readonly #place: Place;

  private constructor(client: S3Client, place: Place, uploadId: string) {
    this.#client = client;
    this.#place = place;
    this.uploadId = uploadId;
  }

  static async begin(
    client: S3Client,
    place: Place,
    metadata: Record<string, string>,
    signal: AbortSignal,
  ): Promise<MultipartUpload> {
    const command = new CreateMultipartUploadCommand({
      ...targetOf(place),
      ContentType: 'application/dicom',
      Metadata: metadata,
      ChecksumAlgorithm: 'CRC32',
      ChecksumType: 'FULL_OBJECT',
    });
    const { UploadId } = await client.send(command, { abortSignal: signal });
    if (UploadId === undefined) throw new Error('S3 began a multipart upload without an id');
    return new MultipartUpload(client, place, UploadId);
  }

  /** @param source bucket and key, percent-encoded */
  async copyPart(
    number: number,
    source: string,
    firstByte: number,
    lastByte: number,
    signal: AbortSignal,
  ): Promise<UploadedPart> {
    const command = new UploadPartCopyCommand({
      ...this.#target(),
      PartNumber: number,
      CopySource: source,
      CopySourceRange: `bytes=${firstByte}-${lastByte}`,
    });
    const { CopyPartResult } = await this.#client.send(command, { abortSignal: signal });
    return { number, etag: CopyPartResult?.ETag ?? '', crc32: CopyPartResult?.ChecksumCRC32 ?? '' };
  }

  /**
   * The request that makes the parts an object, of which `digest` is the length and checksum. The SDK reads the answer to
   * its end: S3 may say 200 and put an error into the document.
   */
  completion(
    parts: readonly UploadedPart[],
    digest: Digest,
    condition: { readonly IfNoneMatch?: '*' } = {},
  ): CompleteMultipartUploadCommand {
    return new CompleteMultipartUploadCommand({
      ...this.#target(),
      ...condition,
      MultipartUpload: {
        Parts: parts.map(({ number, etag, crc32 }) => ({ PartNumber: number, ETag: etag, ChecksumCRC32: crc32 })),
      },
      ChecksumCRC32: base64Crc32(digest.crc32),
      ChecksumType: 'FULL_OBJECT',
      MpuObjectSize: digest.bytes,
    });
  }

  /** Never rejects: what this leaves behind, the bucket's lifecycle rule for incomplete uploads removes. */
  async abort(signal: AbortSignal): Promise<void> {
    const command = new AbortMultipartUploadCommand(this.#target());
    await this.#client.send(command, { abortSignal: signal }).catch(() => undefined);
  }

  #target() {
    return { ...targetOf(this.#place), UploadId: this.uploadId };
  }
}
