import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { S3Server } from '../../../local/s3/start-s3.ts';
import { clientOf, startLocal, temporaryFolder } from './local-server.ts';

describe('many at once', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let server: S3Server;
  let s3: S3Client;
  beforeAll(async () => {
    folder = await temporaryFolder();
    server = await startLocal(folder.path);
    s3 = clientOf(server.endpoint);
  });
  afterAll(async () => {
    s3.destroy();
    await server.close();
    await folder.remove();
  });
  const put = (Key: string, Body: string) =>
    s3.send(new PutObjectCommand({ Bucket: 'ingest', Key, Body, Metadata: { body: Body } }));
  const get = (Key: string) => s3.send(new GetObjectCommand({ Bucket: 'ingest', Key }));
  const text = async (Key: string) => (await get(Key)).Body?.transformToString();
  const remove = (Key: string) => s3.send(new DeleteObjectCommand({ Bucket: 'ingest', Key }));

  it('readers see one version or another, whole, while writers replace it', async () => {
    await put('contested', 'version 0');
    const writers = Array.from({ length: 40 }, (_, i) => put('contested', `version ${'i'.repeat(i + 1)}`));
    const readers = Array.from({ length: 80 }, async () => {
      const { Body, Metadata, ETag } = await get('contested');
      return { text: await Body?.transformToString(), metadata: Metadata?.body, etag: ETag };
    });
    for (const { text, metadata } of await Promise.all(readers)) expect(metadata).toBe(text);
    await Promise.all(writers);
  });

  it('puts and deletes below one folder do not lose each other', async () => {
    const keys = Array.from({ length: 60 }, (_, i) => `deep/er/${i % 3}/${i}`);
    await Promise.all(keys.map((key) => put(key, key)));
    const kept = keys.filter((_, i) => i % 2 === 0);
    const added = Array.from({ length: 30 }, (_, i) => `deep/er/${i % 3}/added ${i}`);
    await Promise.all([...keys.filter((key) => !kept.includes(key)).map(remove), ...added.map((key) => put(key, key))]);
    const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket: 'ingest', Prefix: 'deep/' }));
    expect(Contents?.map(({ Key }) => Key)).toEqual([...kept, ...added].sort());
    for (const key of [...kept, ...added]) expect(await text(key)).toBe(key);
  });

  it('an object that is also a folder keeps both, whichever comes first', async () => {
    await Promise.all(['x', 'x/y', 'x/y/z', 'x/'].map((key) => put(key, key)));
    for (const key of ['x', 'x/y', 'x/y/z', 'x/']) expect(await text(key)).toBe(key);
  });

  it('an upload is completed or aborted, never both', async () => {
    const target = { Bucket: 'ingest', Key: 'upload' };
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ ...target, ChecksumAlgorithm: 'CRC32' }));
    const Body = Buffer.alloc(2_000_000);
    const part = await s3.send(new UploadPartCommand({ ...target, UploadId, PartNumber: 1, Body }));
    const Parts = [{ PartNumber: 1, ETag: part.ETag, ChecksumCRC32: part.ChecksumCRC32 }];
    const complete = () =>
      s3.send(new CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload: { Parts } }));
    const abort = () => s3.send(new AbortMultipartUploadCommand({ ...target, UploadId }));
    const outcomes = await Promise.allSettled([complete(), abort(), complete(), abort(), complete()]);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(['OperationAborted', 'NoSuchUpload']).toContain(outcome.reason.name);
    }
    await expect(
      s3.send(new UploadPartCommand({ ...target, UploadId, PartNumber: 2, Body: 'late' })),
    ).rejects.toMatchObject({ name: 'NoSuchUpload' });
    expect(await readdir(join(folder.path, '.uploads'))).toEqual([]);
  });
});
