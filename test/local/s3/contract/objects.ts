import { Readable } from 'node:stream';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectAclCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import type { Needs, S3Connection } from '../s3-contract.ts';
import { readObject, s3Failure, withServer } from './with-server.ts';

const helloMd5 = '"5d41402abc4b2a76b9719d911017c592"';

export function objectContract(connect: () => Promise<S3Connection>, needs: Needs): void {
  describe('objects', () => {
    const fixture = withServer(connect);
    const put = (Key: string, Body: string | Uint8Array | Readable, more: object = {}) =>
      fixture.s3.send(new PutObjectCommand({ Bucket: fixture.bucket, Key, Body, ...more }));
    const get = (Key: string, more: object = {}) => readObject(fixture.s3, { Bucket: fixture.bucket, Key, ...more });
    const text = async (Key: string, more: object = {}) => (await get(Key, more)).bytes.toString();

    it('gives back the bytes, the metadata and the headers that were put', async () => {
      const { ETag } = await put('a/b.dcm', 'hello', {
        ContentType: 'application/dicom',
        Metadata: { sender: 'CT 1' },
        CacheControl: 'no-store',
      });
      expect(ETag).toBe(helloMd5);
      const head = await fixture.s3.send(
        new HeadObjectCommand({ Bucket: fixture.bucket, Key: 'a/b.dcm', ChecksumMode: 'ENABLED' }),
      );
      const got = await get('a/b.dcm');
      for (const object of [head, got]) {
        expect(object).toMatchObject({
          ETag: helloMd5,
          ContentLength: 5,
          ContentType: 'application/dicom',
          CacheControl: 'no-store',
          Metadata: { sender: 'CT 1' },
          AcceptRanges: 'bytes',
        });
        expect(object.LastModified).toBeInstanceOf(Date);
      }
      expect(got.bytes.toString()).toBe('hello');
    });

    it('stores an empty object', async () => {
      await put('empty', '');
      expect(await get('empty')).toMatchObject({ ContentLength: 0, ETag: '"d41d8cd98f00b204e9800998ecf8427e"' });
      expect(await text('empty')).toBe('');
    });

    it('stores a stream as its bytes, without the framing it travelled in', async () => {
      const bytes = Buffer.alloc(3_000_001, 'dicom');
      const pieces = Array.from({ length: 31 }, (_, i) => bytes.subarray(i * 100_000, (i + 1) * 100_000));
      await put('stream', Readable.from(pieces), { ContentLength: bytes.length });
      const got = await get('stream');
      expect(got.ContentEncoding ?? '').not.toContain('aws-chunked');
      expect(got.bytes.equals(bytes)).toBe(true);
    });

    it('replaces an object as a whole', async () => {
      await put('key', 'first', { Metadata: { of: 'first' } });
      await put('key', 'second');
      const got = await get('key');
      expect(got.Metadata).toEqual({});
      expect(got.bytes.toString()).toBe('second');
    });

    it.each(['with space', 'plus+plus', 'ümläut/日本', 'a&b<c>"d"', 'a=b?c#d', '(1)!*~', '100%25', 'a/'])(
      'stores the key %s',
      async (key) => {
        await put(key, key);
        expect(await text(key)).toBe(key);
      },
    );

    needs('odd-keys')('stores keys that are no file names', async () => {
      const keys = [
        '/leading',
        'a//b',
        '..',
        '../outside',
        './here',
        'x'.repeat(1024),
        'both',
        'both/below',
        'a\u0001b',
      ];
      for (const key of keys) await put(key, key);
      for (const key of keys) expect(await text(key)).toBe(key);
    });

    it('gives ranges', async () => {
      await put('digits', '0123456789');
      const range = await get('digits', { Range: 'bytes=2-4' });
      expect(range).toMatchObject({
        ContentRange: 'bytes 2-4/10',
        ContentLength: 3,
        $metadata: { httpStatusCode: 206 },
      });
      expect(range.bytes.toString()).toBe('234');
      expect(await text('digits', { Range: 'bytes=-3' })).toBe('789');
      expect(await text('digits', { Range: 'bytes=8-' })).toBe('89');
      await expect(get('digits', { Range: 'bytes=10-' })).rejects.toMatchObject(s3Failure('InvalidRange', 416));
    });

    it('deletes, and does not mind if there is nothing', async () => {
      await put('key', 'x');
      const remove = () => fixture.s3.send(new DeleteObjectCommand({ Bucket: fixture.bucket, Key: 'key' }));
      expect((await remove()).$metadata.httpStatusCode).toBe(204);
      await expect(get('key')).rejects.toMatchObject(s3Failure('NoSuchKey', 404));
      expect((await remove()).$metadata.httpStatusCode).toBe(204);
    });

    it('deletes many at once', async () => {
      const keys = ['a', 'b/c', 'd&<e>', 'ü'];
      for (const key of keys) await put(key, key);
      const result = await fixture.s3.send(
        new DeleteObjectsCommand({
          Bucket: fixture.bucket,
          Delete: { Objects: [...keys, 'absent'].map((Key) => ({ Key })) },
        }),
      );
      expect(result.Deleted?.map(({ Key }) => Key).sort()).toEqual([...keys, 'absent'].sort());
      for (const key of keys) await expect(get(key)).rejects.toMatchObject(s3Failure('NoSuchKey', 404));
    });

    it('copies, with the metadata of the source or of the request', async () => {
      await put('source ü', 'hello', { Metadata: { of: 'source' }, ContentType: 'application/dicom' });
      const copy = (Key: string, more: object = {}) =>
        fixture.s3.send(
          new CopyObjectCommand({
            Bucket: fixture.bucket,
            Key,
            CopySource: `${fixture.bucket}/${encodeURIComponent('source ü')}`,
            ...more,
          }),
        );
      expect((await copy('copied')).CopyObjectResult?.ETag).toBe(helloMd5);
      expect(await get('copied')).toMatchObject({ Metadata: { of: 'source' }, ContentType: 'application/dicom' });
      await copy('replaced', { MetadataDirective: 'REPLACE', Metadata: { of: 'request' } });
      expect(await get('replaced')).toMatchObject({ Metadata: { of: 'request' } });
      expect(await text('replaced')).toBe('hello');
    });

    needs('copy-onto-itself-refused')('does not copy an object onto itself unchanged', async () => {
      await put('key', 'hello');
      const onto = { Bucket: fixture.bucket, Key: 'key', CopySource: `${fixture.bucket}/key` };
      await expect(fixture.s3.send(new CopyObjectCommand(onto))).rejects.toMatchObject(
        s3Failure('InvalidRequest', 400),
      );
    });

    it('says what is not there', async () => {
      const nowhere = { Bucket: `${fixture.bucket}-absent`, Key: 'key' };
      await expect(fixture.s3.send(new GetObjectCommand(nowhere))).rejects.toMatchObject(
        s3Failure('NoSuchBucket', 404),
      );
      await expect(fixture.s3.send(new PutObjectCommand({ ...nowhere, Body: 'x' }))).rejects.toMatchObject(
        s3Failure('NoSuchBucket', 404),
      );
      await expect(fixture.s3.send(new HeadBucketCommand(nowhere))).rejects.toMatchObject(s3Failure('NotFound', 404));
      await expect(
        fixture.s3.send(new HeadObjectCommand({ Bucket: fixture.bucket, Key: 'absent' })),
      ).rejects.toMatchObject(s3Failure('NotFound', 404));
    });

    it('lists its buckets', async () => {
      const { Buckets } = await fixture.s3.send(new ListBucketsCommand({}));
      expect(Buckets?.map(({ Name }) => Name)).toContain(fixture.bucket);
      await fixture.s3.send(new HeadBucketCommand({ Bucket: fixture.bucket }));
    });

    needs('not-implemented')('names an operation that it does not implement', async () => {
      await put('key', 'x');
      await expect(
        fixture.s3.send(new GetObjectAclCommand({ Bucket: fixture.bucket, Key: 'key' })),
      ).rejects.toMatchObject({
        ...s3Failure('NotImplemented', 501),
        message: expect.stringContaining('acl'),
      });
      await expect(put('key', 'x', { Tagging: 'a=b' })).rejects.toMatchObject({
        ...s3Failure('NotImplemented', 501),
        message: expect.stringContaining('x-amz-tagging'),
      });
    });
  });
}
