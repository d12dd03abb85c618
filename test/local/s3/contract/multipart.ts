import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import type { Needs, S3Connection } from '../s3-contract.ts';
import { readObject, s3Failure, withServer } from './with-server.ts';

const firstPart = Buffer.alloc(5 * 1024 * 1024, 'a');
const lastPart = Buffer.from('the end');
const wholeCrc32 = 'UDdeww==';

export function multipartContract(connect: () => Promise<S3Connection>, needs: Needs): void {
  describe('multipart uploads', () => {
    const fixture = withServer(connect);
    const target = () => ({ Bucket: fixture.bucket, Key: 'big/object' });
    const begin = async (more: object = {}) => {
      const { UploadId } = await fixture.s3.send(
        new CreateMultipartUploadCommand({ ...target(), ChecksumAlgorithm: 'CRC32', ...more }),
      );
      return UploadId ?? '';
    };
    const upload = async (UploadId: string, PartNumber: number, Body: Buffer): Promise<CompletedPart> => {
      const { ETag, ChecksumCRC32 } = await fixture.s3.send(
        new UploadPartCommand({ ...target(), UploadId, PartNumber, Body, ChecksumAlgorithm: 'CRC32' }),
      );
      return { PartNumber, ETag, ChecksumCRC32 };
    };
    const complete = (UploadId: string, Parts: CompletedPart[], more: object = {}) =>
      fixture.s3.send(
        new CompleteMultipartUploadCommand({ ...target(), UploadId, MultipartUpload: { Parts }, ...more }),
      );
    const uploadBoth = async (UploadId: string) => [
      await upload(UploadId, 1, firstPart),
      await upload(UploadId, 2, lastPart),
    ];

    it('becomes one object', async () => {
      const id = await begin({ Metadata: { of: 'upload' }, ContentType: 'application/dicom' });
      const result = await complete(id, await uploadBoth(id));
      expect(result.ETag).toMatch(/^"[0-9a-f]{32}-2"$/);
      const got = await readObject(fixture.s3, target());
      expect(got).toMatchObject({ ETag: result.ETag, Metadata: { of: 'upload' }, ContentType: 'application/dicom' });
      expect(got.bytes.equals(Buffer.concat([firstPart, lastPart]))).toBe(true);
    });

    needs('composite-checksum')('carries a checksum of the checksums of its parts', async () => {
      const id = await begin();
      const result = await complete(id, await uploadBoth(id));
      expect(result).toMatchObject({ ChecksumType: 'COMPOSITE', ChecksumCRC32: expect.stringMatching(/-2$/) });
      const head = await fixture.s3.send(new HeadObjectCommand({ ...target(), ChecksumMode: 'ENABLED' }));
      expect(head.ChecksumCRC32).toBe(result.ChecksumCRC32);
    });

    it('takes the last version of a part, and only the parts that are named', async () => {
      const id = await begin();
      await upload(id, 1, lastPart);
      await upload(id, 7, lastPart);
      await complete(id, [await upload(id, 1, firstPart)]);
      const head = await fixture.s3.send(new HeadObjectCommand(target()));
      expect(head.ContentLength).toBe(firstPart.length);
    });

    needs('full-object-checksum')('carries a checksum over the whole object on demand', async () => {
      const id = await begin({ ChecksumType: 'FULL_OBJECT' });
      const parts = await uploadBoth(id);
      await expect(
        complete(id, parts, { ChecksumCRC32: 'AAAAAA==', ChecksumType: 'FULL_OBJECT' }),
      ).rejects.toMatchObject(s3Failure('BadDigest', 400));
      const result = await complete(id, parts, { ChecksumCRC32: wholeCrc32, ChecksumType: 'FULL_OBJECT' });
      expect(result).toMatchObject({ ChecksumCRC32: wholeCrc32, ChecksumType: 'FULL_OBJECT' });
    });

    needs('part-checksum')('refuses a part with a wrong checksum', async () => {
      const id = await begin();
      await expect(
        fixture.s3.send(
          new UploadPartCommand({ ...target(), UploadId: id, PartNumber: 1, Body: 'x', ChecksumCRC32: 'AAAAAA==' }),
        ),
      ).rejects.toMatchObject(s3Failure('BadDigest', 400));
    });

    needs('composite-required')('insists on the checksum of every part that was promised one', async () => {
      const id = await begin();
      const parts = (await uploadBoth(id)).map(({ PartNumber, ETag }) => ({ PartNumber, ETag }));
      await expect(complete(id, parts)).rejects.toMatchObject(s3Failure('InvalidRequest', 400));
      const none = await begin({ ChecksumAlgorithm: undefined });
      await expect(upload(none, 1, lastPart)).rejects.toMatchObject(s3Failure('InvalidRequest', 400));
    });

    it('refuses parts below 5 MiB but for the last', async () => {
      const id = await begin();
      const parts = [await upload(id, 1, lastPart), await upload(id, 2, lastPart)];
      await expect(complete(id, parts)).rejects.toMatchObject(s3Failure('EntityTooSmall', 400));
    });

    needs('part-order')('refuses parts that are out of order', async () => {
      const id = await begin();
      const first = await upload(id, 1, firstPart);
      const second = await upload(id, 2, firstPart);
      await expect(complete(id, [second, first])).rejects.toMatchObject(s3Failure('InvalidPartOrder', 400));
    });

    it('refuses parts that it does not have', async () => {
      const id = await begin();
      const unknown = { ...(await upload(id, 1, lastPart)), ETag: '"0123456789abcdef0123456789abcdef"' };
      await expect(complete(id, [unknown])).rejects.toMatchObject(s3Failure('InvalidPart', 400));
    });

    needs('multipart-size-guard')('refuses to complete when the size is not the one that was meant', async () => {
      const id = await begin();
      const parts = await uploadBoth(id);
      await expect(complete(id, parts, { MpuObjectSize: 1 })).rejects.toMatchObject(s3Failure('InvalidRequest', 400));
      await complete(id, parts, { MpuObjectSize: firstPart.length + lastPart.length });
    });

    needs('conditional-multipart')('completes with If-None-Match: * only over nothing', async () => {
      await fixture.s3.send(new PutObjectCommand({ ...target(), Body: 'already here' }));
      const id = await begin();
      const parts = [await upload(id, 1, lastPart)];
      await expect(complete(id, parts, { IfNoneMatch: '*' })).rejects.toMatchObject(
        s3Failure('PreconditionFailed', 412),
      );
      const head = await fixture.s3.send(new HeadObjectCommand(target()));
      expect(head.ContentLength).toBe('already here'.length);
    });

    it('ends with an abort', async () => {
      const id = await begin();
      await upload(id, 1, lastPart);
      await fixture.s3.send(new AbortMultipartUploadCommand({ ...target(), UploadId: id }));
      await expect(fixture.s3.send(new ListPartsCommand({ ...target(), UploadId: id }))).rejects.toMatchObject(
        s3Failure('NoSuchUpload', 404),
      );
      const { Uploads = [] } = await fixture.s3.send(new ListMultipartUploadsCommand({ Bucket: fixture.bucket }));
      expect(Uploads).toEqual([]);
    });

    it('lists uploads and parts', async () => {
      const id = await begin();
      for (const number of [2, 1, 10]) await upload(id, number, Buffer.alloc(number));
      const { Uploads } = await fixture.s3.send(new ListMultipartUploadsCommand({ Bucket: fixture.bucket }));
      expect(Uploads).toMatchObject([{ Key: 'big/object', UploadId: id }]);
      const page = await fixture.s3.send(new ListPartsCommand({ ...target(), UploadId: id, MaxParts: 2 }));
      expect(page).toMatchObject({
        IsTruncated: true,
        Parts: [
          { PartNumber: 1, Size: 1 },
          { PartNumber: 2, Size: 2 },
        ],
      });
      const rest = await fixture.s3.send(
        new ListPartsCommand({ ...target(), UploadId: id, PartNumberMarker: page.NextPartNumberMarker }),
      );
      expect(rest).toMatchObject({ IsTruncated: false, Parts: [{ PartNumber: 10, Size: 10 }] });
    });

    it('takes parts from other objects', async () => {
      const source = { Bucket: fixture.bucket, Key: 'source' };
      await fixture.s3.send(new PutObjectCommand({ ...source, Body: 'in the beginning' }));
      const id = await begin();
      const { CopyPartResult } = await fixture.s3.send(
        new UploadPartCopyCommand({
          ...target(),
          UploadId: id,
          PartNumber: 1,
          CopySource: `${fixture.bucket}/source`,
          CopySourceRange: 'bytes=7-15',
        }),
      );
      await complete(id, [{ PartNumber: 1, ETag: CopyPartResult?.ETag, ChecksumCRC32: CopyPartResult?.ChecksumCRC32 }]);
      const got = await readObject(fixture.s3, target());
      expect(got.bytes.toString()).toBe('beginning');
    });
  });
}
