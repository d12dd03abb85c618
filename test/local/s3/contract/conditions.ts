import { CopyObjectCommand, DeleteObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import type { Needs, S3Connection } from '../s3-contract.ts';
import { readObject, s3Failure, withServer } from './with-server.ts';

export function conditionContract(connect: () => Promise<S3Connection>, needs: Needs): void {
  describe('conditions', () => {
    const fixture = withServer(connect);
    const put = (Key: string, Body: string, more: object = {}) =>
      fixture.s3.send(new PutObjectCommand({ Bucket: fixture.bucket, Key, Body, ...more }));
    const get = (more: object = {}) => readObject(fixture.s3, { Bucket: fixture.bucket, Key: 'key', ...more });
    const text = async () => (await get()).bytes.toString();

    it('reads only what matches', async () => {
      const { ETag } = await put('key', 'hello');
      expect((await get({ IfMatch: ETag })).ETag).toBe(ETag);
      await expect(get({ IfMatch: '"other"' })).rejects.toMatchObject(s3Failure('PreconditionFailed', 412));
      await expect(get({ IfNoneMatch: ETag })).rejects.toMatchObject({ $metadata: { httpStatusCode: 304 } });
      await expect(
        fixture.s3.send(new HeadObjectCommand({ Bucket: fixture.bucket, Key: 'key', IfNoneMatch: ETag })),
      ).rejects.toMatchObject({ $metadata: { httpStatusCode: 304 } });
    });

    needs('conditional-write')('creates with If-None-Match: * and never replaces', async () => {
      await put('key', 'first', { IfNoneMatch: '*' });
      await expect(put('key', 'second', { IfNoneMatch: '*' })).rejects.toMatchObject(
        s3Failure('PreconditionFailed', 412),
      );
      expect(await text()).toBe('first');
    });

    needs('conditional-write')('replaces with If-Match only what it names', async () => {
      const { ETag } = await put('key', 'first');
      await expect(put('key', 'wrong', { IfMatch: '"other"' })).rejects.toMatchObject(
        s3Failure('PreconditionFailed', 412),
      );
      await put('key', 'second', { IfMatch: ETag });
      await expect(put('key', 'third', { IfMatch: ETag })).rejects.toMatchObject(s3Failure('PreconditionFailed', 412));
      await expect(put('absent', 'x', { IfMatch: ETag })).rejects.toMatchObject(s3Failure('NoSuchKey', 404));
      expect(await text()).toBe('second');
    });

    needs('conditional-write')('lets exactly one of 200 racing writers create an object', async () => {
      const race = Array.from({ length: 200 }, (_, i) => put('key', `writer ${i}`, { IfNoneMatch: '*' }));
      const outcomes = await Promise.allSettled(race);
      const winners = outcomes.flatMap(({ status }, i) => (status === 'fulfilled' ? [i] : []));
      expect(winners).toHaveLength(1);
      expect(await text()).toBe(`writer ${winners[0]}`);
      for (const outcome of outcomes) {
        if (outcome.status === 'rejected') {
          expect(['PreconditionFailed', 'ConditionalRequestConflict']).toContain(outcome.reason.name);
        }
      }
    });

    needs('conditional-copy')('copies only over nothing with If-None-Match: *', async () => {
      await put('source', 'hello');
      const copy = () =>
        fixture.s3.send(
          new CopyObjectCommand({
            Bucket: fixture.bucket,
            Key: 'key',
            CopySource: `${fixture.bucket}/source`,
            IfNoneMatch: '*',
          }),
        );
      await copy();
      await expect(copy()).rejects.toMatchObject(s3Failure('PreconditionFailed', 412));
    });

    needs('conditional-delete')('deletes with If-Match only what it names', async () => {
      const { ETag } = await put('key', 'hello');
      const remove = (IfMatch: string | undefined) =>
        fixture.s3.send(new DeleteObjectCommand({ Bucket: fixture.bucket, Key: 'key', IfMatch }));
      await expect(remove('"other"')).rejects.toMatchObject(s3Failure('PreconditionFailed', 412));
      expect(await text()).toBe('hello');
      await remove(ETag);
      await expect(get()).rejects.toMatchObject(s3Failure('NoSuchKey', 404));
    });
  });
}
