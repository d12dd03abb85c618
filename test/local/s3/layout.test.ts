import { mkdir, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { S3Server } from '../../../local/s3/start-s3.ts';
import { readObject } from './contract/with-server.ts';
import { clientOf, startLocal, temporaryFolder } from './local-server.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let server: S3Server;
let s3: S3Client;
beforeEach(async () => {
  folder = await temporaryFolder();
  await start();
});
afterEach(async () => {
  await stop();
  await folder.remove();
});

async function start() {
  server = await startLocal(folder.path);
  s3 = clientOf(server.endpoint);
}
async function stop() {
  s3.destroy();
  await server.close();
}
async function restart() {
  await stop();
  await start();
}
const file = (...names: string[]) => join(folder.path, ...names);
const put = (Key: string, Body: string, more: object = {}) =>
  s3.send(new PutObjectCommand({ Bucket: 'ingest', Key, Body, ...more }));
const get = (Key: string) => readObject(s3, { Bucket: 'ingest', Key });
const text = async (Key: string) => (await get(Key)).bytes.toString();
const keys = async () =>
  ((await s3.send(new ListObjectsV2Command({ Bucket: 'ingest' }))).Contents ?? []).map(({ Key }) => Key);

describe('the folder', () => {
  it('holds every object as a file of its name and its metadata beside it', async () => {
    await put('batches/01J/1.2.dcm', 'DICM', { Metadata: { sender: 'CT1' } });
    expect(await readFile(file('ingest/batches/01J/1.2.dcm'), 'utf8')).toBe('DICM');
    expect(JSON.parse(await readFile(file('.meta/ingest/batches/01J/1.2.dcm.json'), 'utf8'))).toMatchObject([
      { sizeBytes: 4, checksum: { algorithm: 'CRC32', type: 'FULL_OBJECT' }, metadata: { sender: 'CT1' } },
    ]);
    expect(await readdir(file('.tmp'))).toEqual([]);
  });

  it('is all there is: a restart finds the same objects', async () => {
    const names = ['a', 'a/b', 'a/b/', 'A//c', '../up', 'x'.repeat(1000), '100%'];
    for (const name of names) await put(name, name, { Metadata: { length: String(name.length) } });
    const before = await keys();
    await restart();
    expect(await keys()).toEqual(before);
    for (const name of names) {
      expect(await text(name)).toBe(name);
      expect((await get(name)).Metadata).toEqual({ length: String(name.length) });
    }
  });

  it('takes away what a delete leaves empty, but nothing else', async () => {
    await put('a/b/one', '1');
    await put('a/two', '2');
    await s3.send(new DeleteObjectCommand({ Bucket: 'ingest', Key: 'a/b/one' }));
    expect(await readdir(file('ingest/a'))).toEqual(['two']);
    await s3.send(new DeleteObjectCommand({ Bucket: 'ingest', Key: 'a/two' }));
    expect(await readdir(file('ingest'))).toEqual([]);
    expect(await readdir(file('.meta/ingest'))).toEqual([]);
  });

  it('serves a file that somebody put there, with values computed from its bytes', async () => {
    await stop();
    await writeFile(file('ingest/by-hand.txt'), 'hello');
    await writeFile(file('ingest/50% off.txt'), 'a name that no key has');
    await start();
    expect(await keys()).toEqual(['by-hand.txt']);
    expect(await get('by-hand.txt')).toMatchObject({
      ETag: '"5d41402abc4b2a76b9719d911017c592"',
      ContentType: 'binary/octet-stream',
      ContentLength: 5,
    });
  });

  it('serves an object whose metadata is lost, or is not of this file', async () => {
    await put('lost', 'hello', { Metadata: { a: 'b' } });
    await put('broken', 'hello', { Metadata: { a: 'b' } });
    await put('edited', 'hello', { Metadata: { a: 'b' } });
    await rm(file('.meta/ingest/lost.json'));
    await writeFile(file('.meta/ingest/broken.json'), '[{"sizeBytes":');
    await writeFile(file('ingest/edited'), 'HELLO');
    await utimes(file('ingest/edited'), 1, 1);
    for (const key of ['lost', 'broken']) {
      expect(await get(key)).toMatchObject({ ETag: '"5d41402abc4b2a76b9719d911017c592"', Metadata: {} });
    }
    expect(await get('edited')).toMatchObject({ ETag: '"eb61eead90e3b899c6bcbe27ac581660"', Metadata: {} });
  });

  it('keeps the metadata of the old object when a crash comes before the new one', async () => {
    await put('key', 'first', { Metadata: { of: 'first' } });
    const [first] = JSON.parse(await readFile(file('.meta/ingest/key.json'), 'utf8'));
    const second = { ...first, sizeBytes: 6, lastModifiedMs: first.lastModifiedMs + 1000, metadata: { of: 'second' } };
    await writeFile(file('.meta/ingest/key.json'), JSON.stringify([second, first]));
    await restart();
    expect((await get('key')).Metadata).toEqual({ of: 'first' });
  });

  it('never overwrites what it did not put there', async () => {
    await mkdir(dirname(file('ingest/later/by-hand')), { recursive: true });
    await writeFile(file('ingest/later/by-hand'), 'somebody else');
    await put('later/by-hand', 'ours');
    expect(await text('later/by-hand')).toBe('ours');
    expect(await readFile(file('ingest/later/by-hand'), 'utf8')).toBe('somebody else');
    await restart();
    expect(await text('later/by-hand')).toBe('ours');
  });

  it('forgets a file that somebody took away', async () => {
    await put('gone', 'hello');
    await rm(file('ingest/gone'));
    await expect(get('gone')).rejects.toMatchObject({ name: 'NoSuchKey' });
    expect(await keys()).toEqual([]);
    await put('gone', 'again');
    expect(await text('gone')).toBe('again');
  });

  it('keeps an upload under way over a restart, and loses what was not finished', async () => {
    const target = { Bucket: 'ingest', Key: 'big' };
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ ...target, ChecksumAlgorithm: 'CRC32' }));
    const part = await s3.send(new UploadPartCommand({ ...target, UploadId, PartNumber: 1, Body: 'part' }));
    await stop();
    await writeFile(file('.tmp/unfinished'), 'half an obj');
    await writeFile(file(`.uploads/${UploadId}/00002-1.part`), 'half a part');
    await mkdir(file('.uploads/never-begun'));
    await start();
    expect(await readdir(file('.tmp'))).toEqual([]);
    expect(await readdir(file('.uploads'))).toEqual([UploadId]);
    await s3.send(
      new CompleteMultipartUploadCommand({
        ...target,
        UploadId,
        MultipartUpload: { Parts: [{ PartNumber: 1, ETag: part.ETag, ChecksumCRC32: part.ChecksumCRC32 }] },
      }),
    );
    expect(await text('big')).toBe('part');
    expect(await readdir(file('.uploads'))).toEqual([]);
  });
});
