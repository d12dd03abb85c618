import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { describe, expect } from 'vitest';
import type { Needs, S3Connection } from '../s3-contract.ts';
import { readObject, s3Failure, withServer } from './with-server.ts';

export function integrityContract(connect: () => Promise<S3Connection>, needs: Needs): void {
  describe('integrity', () => {
    const fixture = withServer(connect);
    const put = (more: object, s3 = fixture.s3) =>
      s3.send(new PutObjectCommand({ Bucket: fixture.bucket, Key: 'key', Body: 'hello', ...more }));
    const expectNothingStored = () =>
      expect(fixture.s3.send(new HeadObjectCommand({ Bucket: fixture.bucket, Key: 'key' }))).rejects.toMatchObject(
        s3Failure('NotFound', 404),
      );

    const checksumOfHello = {
      CRC32: 'NhCmhg==',
      CRC32C: 'mnG7TA==',
      SHA1: 'qvTGHdzF6KLavt4PO0gs2a6pQ00=',
      SHA256: 'LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=',
    };
    for (const algorithm of ['CRC32', 'CRC32C', 'SHA1', 'SHA256'] as const) {
      needs('stored-checksum')(`keeps the ${algorithm} that came with the bytes`, async () => {
        const stored = await put({ ChecksumAlgorithm: algorithm });
        const ofKey = { Bucket: fixture.bucket, Key: 'key', ChecksumMode: 'ENABLED' } as const;
        const head = await fixture.s3.send(new HeadObjectCommand(ofKey));
        const got = await readObject(fixture.s3, ofKey);
        for (const object of [stored, head, got]) {
          expect(object[`Checksum${algorithm}`]).toBe(checksumOfHello[algorithm]);
        }
      });
    }

    needs('default-crc64nvme')('takes a CRC64NVME, and makes one when no checksum came', async () => {
      const stated = await put({ ChecksumAlgorithm: 'CRC64NVME' });
      expect(stated.ChecksumCRC64NVME).toMatch(/^[A-Za-z0-9+/]{11}=$/);
      const plain = fixture.connection.client({ requestChecksumCalculation: 'WHEN_REQUIRED' });
      expect((await put({}, plain)).ChecksumCRC64NVME).toBe(stated.ChecksumCRC64NVME);
    });

    needs('payload-checksum')('refuses a wrong checksum and stores nothing', async () => {
      await expect(put({ ChecksumCRC32: 'AAAAAA==' })).rejects.toMatchObject(s3Failure('BadDigest', 400));
      await expect(put({ ChecksumSHA256: Buffer.alloc(32).toString('base64') })).rejects.toMatchObject(
        s3Failure('BadDigest', 400),
      );
      await expectNothingStored();
    });

    needs('content-md5')('refuses a wrong Content-MD5, and one that is none', async () => {
      const other = createHash('md5').update('other').digest('base64');
      await expect(put({ ContentMD5: other })).rejects.toMatchObject(s3Failure('BadDigest', 400));
      await expect(put({ ContentMD5: 'bm9uZQ==' })).rejects.toMatchObject(s3Failure('InvalidDigest', 400));
      await expectNothingStored();
      await put({ ContentMD5: createHash('md5').update('hello').digest('base64') });
    });

    needs('small-chunks-refused')('refuses a stream in chunks below 8 KiB, as S3 does', async () => {
      const small = fixture.connection.client({ requestStreamBufferSize: false });
      const Body = Readable.from([Buffer.alloc(100), Buffer.alloc(100)]);
      await expect(put({ Body, ContentLength: 200 }, small)).rejects.toMatchObject(
        s3Failure('InvalidChunkSizeError', 403),
      );
      await expectNothingStored();
    });

    needs('signatures')('refuses a wrong secret', async () => {
      const stranger = fixture.connection.client({
        credentials: { ...fixture.connection.credentials, secretAccessKey: 'wrong' },
      });
      await expect(put({}, stranger)).rejects.toMatchObject(s3Failure('SignatureDoesNotMatch', 403));
      await expectNothingStored();
    });

    needs('unknown-key-named')('says that it does not know a key', async () => {
      const unknown = fixture.connection.client({
        credentials: { ...fixture.connection.credentials, accessKeyId: 'AKIAUNKNOWN' },
      });
      await expect(put({}, unknown)).rejects.toMatchObject(s3Failure('InvalidAccessKeyId', 403));
      await expectNothingStored();
    });

    needs('signatures')('refuses a clock that is more than 15 minutes off', async () => {
      const late = fixture.connection.client({ systemClockOffset: -16 * 60_000 });
      await expect(late.send(new GetObjectCommand({ Bucket: fixture.bucket, Key: 'key' }))).rejects.toMatchObject(
        s3Failure('RequestTimeTooSkewed', 403),
      );
    });
  });
}
