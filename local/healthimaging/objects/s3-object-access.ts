import { Readable } from 'node:stream';
import { GetObjectCommand, PutObjectCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import type { ListedObject, ObjectAccess } from './object-access.ts';

/** Objects in S3, or in anything that speaks its API. */
export class S3ObjectAccess implements ObjectAccess {
  readonly #client: S3Client;

  constructor(client: S3Client) {
    this.#client = client;
  }

  async *list(bucket: string, prefix: string): AsyncIterable<ListedObject> {
    for await (const page of paginateListObjectsV2({ client: this.#client }, { Bucket: bucket, Prefix: prefix })) {
      for (const { Key: key, Size: size } of page.Contents ?? []) if (key !== undefined) yield { key, size: size ?? 0 };
    }
  }

  async *read(bucket: string, key: string): AsyncIterable<Uint8Array> {
    const { Body: body } = await this.#client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    if (body === undefined) return;
    if (!(body instanceof Readable)) throw new TypeError('the S3 client must run on Node.js');
    yield* body;
  }

  async write(bucket: string, key: string, bytes: Uint8Array, contentType: string): Promise<void> {
    await this.#client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: bytes, ContentType: contentType }));
  }
}
