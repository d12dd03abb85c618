import { ListObjectsV2Command, type ListObjectsV2CommandInput, PutObjectCommand } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import type { Needs, S3Connection } from '../s3-contract.ts';
import { s3Failure, withServer } from './with-server.ts';

export function listingContract(connect: () => Promise<S3Connection>, needs: Needs): void {
  describe('listings', () => {
    const fixture = withServer(connect);
    const list = (more: Partial<ListObjectsV2CommandInput> = {}) =>
      fixture.s3.send(new ListObjectsV2Command({ Bucket: fixture.bucket, ...more }));
    const keysOf = async (more: Partial<ListObjectsV2CommandInput> = {}) =>
      ((await list(more)).Contents ?? []).map(({ Key }) => Key);
    const putAll = async (keys: readonly string[]) => {
      for (const Key of keys) await fixture.s3.send(new PutObjectCommand({ Bucket: fixture.bucket, Key, Body: Key }));
    };

    it('describes the objects of an ordinary bucket', async () => {
      await putAll(['b', 'a/1']);
      const { Contents, KeyCount, IsTruncated, Name } = await list();
      expect({ KeyCount, IsTruncated, Name }).toEqual({ KeyCount: 2, IsTruncated: false, Name: fixture.bucket });
      expect(Contents?.[0]).toMatchObject({ Key: 'a/1', Size: 3, ETag: expect.stringMatching(/^"[0-9a-f]{32}"$/) });
      expect(await list({ Prefix: 'absent' })).toMatchObject({ KeyCount: 0, IsTruncated: false });
    });

    it('gives prefixes, delimiters and what lies after', async () => {
      await putAll(['a', 'b/1', 'b/2', 'b/c/3', 'b-1', 'd']);
      expect(await keysOf({ Prefix: 'b/' })).toEqual(['b/1', 'b/2', 'b/c/3']);
      expect(await keysOf({ StartAfter: 'b/1' })).toEqual(['b/2', 'b/c/3', 'd']);
      const top = await list({ Delimiter: '/' });
      expect(top.Contents?.map(({ Key }) => Key)).toEqual(['a', 'b-1', 'd']);
      expect(top.CommonPrefixes).toEqual([{ Prefix: 'b/' }]);
      const below = await list({ Delimiter: '/', Prefix: 'b/' });
      expect(below.Contents?.map(({ Key }) => Key)).toEqual(['b/1', 'b/2']);
      expect(below.CommonPrefixes).toEqual([{ Prefix: 'b/c/' }]);
    });

    it('gives every key once, page by page', async () => {
      const keys = Array.from({ length: 23 }, (_, i) => `key/${String(i).padStart(2, '0')}`);
      await putAll(keys);
      const found: (string | undefined)[] = [];
      let token: string | undefined;
      do {
        const page = await list({ MaxKeys: 5, ...(token === undefined ? {} : { ContinuationToken: token }) });
        found.push(...(page.Contents ?? []).map(({ Key }) => Key));
        expect(page.IsTruncated).toBe(page.NextContinuationToken !== undefined);
        token = page.NextContinuationToken;
      } while (token !== undefined);
      expect(found).toEqual(keys);
    });

    it('goes on, page by page, behind a common prefix', async () => {
      await putAll(['a/1', 'a/2', 'b/1', 'c']);
      const first = await list({ Delimiter: '/', MaxKeys: 1 });
      expect(first.CommonPrefixes).toEqual([{ Prefix: 'a/' }]);
      const second = await list({ Delimiter: '/', MaxKeys: 1, ContinuationToken: first.NextContinuationToken });
      expect(second.CommonPrefixes).toEqual([{ Prefix: 'b/' }]);
    });

    it('orders keys by the bytes of their UTF-8', async () => {
      const keys = ['A', 'a', 'a-', 'a/', 'a0', 'é', '\uff5e', '😀'];
      await putAll([...keys].reverse());
      expect(await keysOf()).toEqual(keys);
    });

    it('writes names so that XML can carry them, percent-encoded on demand', async () => {
      await putAll(['a&b <c>', 'ü']);
      expect(await keysOf()).toEqual(['a&b <c>', 'ü']);
      const encoded = await list({ EncodingType: 'url' });
      const names = encoded.Contents?.map(({ Key }) => decodeURIComponent((Key ?? '').replaceAll('+', ' ')));
      expect(encoded.EncodingType).toBe('url');
      expect(encoded.Contents?.[1]?.Key).toBe('%C3%BC');
      expect(names).toEqual(['a&b <c>', 'ü']);
    });

    needs('checked-tokens')('refuses a token that it did not give', async () => {
      await expect(list({ ContinuationToken: 'made up' })).rejects.toMatchObject(s3Failure('InvalidArgument', 400));
    });
  });
}
