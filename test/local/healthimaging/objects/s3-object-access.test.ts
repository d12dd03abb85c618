import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { S3ObjectAccess } from '../../../../local/healthimaging/objects/s3-object-access.ts';
import { type S3Server, startS3 } from '../../../../local/s3/start-s3.ts';

let server: S3Server;
let client: S3Client;
let objects: S3ObjectAccess;

beforeAll(async () => {
  let ids = 0;
  server = await startS3({
    root: await mkdtemp(join(tmpdir(), 'healthimaging-s3-')),
    port: 0,
    credentials: 'any',
    region: 'us-east-1',
    buckets: ['input'],
    clock: { nowMs: Date.now },
    schedule: (delayMs, task) => {
      const timer = setTimeout(task, delayMs);
      return { cancel: () => clearTimeout(timer) };
    },
    newId: () => `id${++ids}`,
  });
  client = new S3Client({
    endpoint: server.endpoint,
    forcePathStyle: true,
    region: 'us-east-1',
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
  });
  objects = new S3ObjectAccess(client);
});

afterAll(async () => {
  client.destroy();
  await server.close();
});

async function read(key: string): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of objects.read('input', key)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe('objects in S3', () => {
  it('are read as they were written', async () => {
    const bytes = Buffer.alloc(300_000, 7);
    await objects.write('input', 'one/large', bytes, 'application/dicom');
    expect((await read('one/large')).equals(bytes)).toBe(true);
    await expect(read('one/absent')).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  it('are listed by prefix over more than one page of the API', async () => {
    const keys = Array.from({ length: 1001 }, (_, index) => `many/${String(index).padStart(4, '0')}`);
    for (let at = 0; at < keys.length; at += 50) {
      await Promise.all(
        keys.slice(at, at + 50).map((key) => objects.write('input', key, Buffer.from(key), 'text/plain')),
      );
    }
    const listed: { key: string; size: number }[] = [];
    for await (const object of objects.list('input', 'many/')) listed.push(object);
    expect(listed).toEqual(keys.map((key) => ({ key, size: key.length })));
  });
});
