import { PutObjectCommand, UploadPartCommand, type UploadPartCommandOutput } from '@aws-sdk/client-s3';
import type { ObjectMetadata } from '../../../core/object-store.ts';
import type { SlabBody } from '../slabs/slab-body.ts';
import { base64Crc32 } from './base64-crc32.ts';
import type { BodyTransport, Place, UploadedPart } from './body-transport.ts';
import type { Attempt, ExpiringRequests } from './expiring-requests.ts';
import { toS3Metadata } from './object-metadata.ts';

/** Sends bodies by the SDK's own commands, which take a body in one piece. */
export class SdkTransport implements BodyTransport {
  readonly #requests: ExpiringRequests;

  constructor(requests: ExpiringRequests) {
    this.#requests = requests;
  }

  async putObject(place: Place, metadata: ObjectMetadata, body: SlabBody, attempt: Attempt): Promise<void> {
    const input = {
      Bucket: place.bucket,
      Key: place.key,
      Body: joined(body),
      ContentType: 'application/dicom',
      Metadata: toS3Metadata(metadata),
      ChecksumCRC32: base64Crc32(body.crc32),
      IfNoneMatch: '*',
    };
    await this.#requests.send(() => new PutObjectCommand(input), place.bucket, attempt);
  }

  async uploadPart(
    place: Place,
    uploadId: string,
    number: number,
    body: SlabBody,
    attempt: Attempt,
  ): Promise<UploadedPart> {
    const input = {
      Bucket: place.bucket,
      Key: place.key,
      UploadId: uploadId,
      PartNumber: number,
      Body: joined(body),
      ChecksumCRC32: base64Crc32(body.crc32),
    };
    const output = await this.#requests.send(() => new UploadPartCommand(input), place.bucket, attempt);
    const { ETag = '' } = output as UploadPartCommandOutput;
    return { number, etag: ETag, crc32: base64Crc32(body.crc32) };
  }
}

function joined(body: SlabBody): Uint8Array {
  return Buffer.concat(body.slabs.map(({ content }) => content));
}
