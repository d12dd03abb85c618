import { PutObjectCommand, type S3Client, UploadPartCommand } from '@aws-sdk/client-s3';
import type { ObjectMetadata } from '../../../core/object-store.ts';
import type { SlabBody } from '../slabs/slab-body.ts';
import { base64Crc32 } from './base64-crc32.ts';
import type { BodyTransport, Place, UploadedPart } from './body-transport.ts';
import { toS3Metadata } from './object-metadata.ts';

/** Sends bodies by the SDK's own commands, which take a body in one piece. */
export class SdkTransport implements BodyTransport {
  readonly #client: S3Client;

  constructor(client: S3Client) {
    this.#client = client;
  }

  async putObject(place: Place, metadata: ObjectMetadata, body: SlabBody, signal: AbortSignal): Promise<void> {
    const command = new PutObjectCommand({
      Bucket: place.bucket,
      Key: place.key,
      Body: joined(body),
      ContentType: 'application/dicom',
      Metadata: toS3Metadata(metadata),
      ChecksumCRC32: base64Crc32(body.crc32),
      IfNoneMatch: '*',
    });
    await this.#client.send(command, { abortSignal: signal });
  }

  async uploadPart(
    place: Place,
    uploadId: string,
    number: number,
    body: SlabBody,
    signal: AbortSignal,
  ): Promise<UploadedPart> {
    const command = new UploadPartCommand({
      Bucket: place.bucket,
      Key: place.key,
      UploadId: uploadId,
      PartNumber: number,
      Body: joined(body),
      ChecksumCRC32: base64Crc32(body.crc32),
    });
    const { ETag = '' } = await this.#client.send(command, { abortSignal: signal });
    return { number, etag: ETag, crc32: base64Crc32(body.crc32) };
  }
}

function joined(body: SlabBody): Uint8Array {
  return Buffer.concat(body.slabs.map(({ content }) => content));
}
