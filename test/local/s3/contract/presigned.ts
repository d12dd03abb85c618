import { HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { HttpRequest } from '@smithy/core/protocols';
import { SignatureV4 } from '@smithy/signature-v4';
import { describe, expect, it } from 'vitest';
import type { Needs, S3Connection } from '../s3-contract.ts';
import { s3Failure, withServer } from './with-server.ts';

const CRC32_OF_HELLO = 'NhCmhg==';

interface Presigned {
  readonly method?: 'PUT' | 'DELETE';
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent beside those that are signed. */
  readonly unsigned?: Readonly<Record<string, string>>;
  readonly secondsAgo?: number;
  readonly expiresIn?: number;
  readonly secretAccessKey?: string;
}

/** Requests whose signature is in the query, and says how long they are good. */
export function presignedContract(connect: () => Promise<S3Connection>, needs: Needs): void {
  describe('a request with its signature in the query', () => {
    const fixture = withServer(connect);

    async function send(options: Presigned = {}): Promise<{ readonly status: number; readonly document: string }> {
      const { method = 'PUT', headers = {}, unsigned = {}, secondsAgo = 0, expiresIn = 60, secretAccessKey } = options;
      const { config } = fixture.s3;
      const known = fixture.connection.credentials;
      const signer = new SignatureV4({
        service: 's3',
        region: await config.region(),
        credentials: { ...known, ...(secretAccessKey === undefined ? {} : { secretAccessKey }) },
        sha256: config.sha256,
        uriEscapePath: false,
        applyChecksum: false,
      });
      const { protocol, hostname, port } = (await config.endpoint?.()) ?? { protocol: '', hostname: '' };
      const {
        path,
        query = {},
        headers: signed,
      } = await signer.presign(
        new HttpRequest({
          method,
          protocol,
          hostname,
          path: `/${fixture.bucket}/key`,
          headers: { ...headers, host: `${hostname}:${port}`, 'X-Amz-Content-Sha256': 'UNSIGNED-PAYLOAD' },
        }),
        {
          signingDate: new Date(Date.now() - secondsAgo * 1_000),
          expiresIn,
          unhoistableHeaders: new Set(Object.keys(headers)),
        },
      );
      const url = `${protocol}//${hostname}:${port}${path}?${new URLSearchParams(query as Record<string, string>)}`;
      const { host, ...rest } = signed;
      const body = method === 'PUT' ? { body: 'hello' } : {};
      const answer = await fetch(url, { method, headers: { ...rest, ...unsigned }, ...body });
      return { status: answer.status, document: await answer.text() };
    }

    const headOfKey = () => {
      const command = new HeadObjectCommand({ Bucket: fixture.bucket, Key: 'key', ChecksumMode: 'ENABLED' });
      return fixture.s3.send(command);
    };
    const expectNothingStored = () => expect(headOfKey()).rejects.toMatchObject(s3Failure('NotFound', 404));

    it('stores what it brings, with its signed headers', async () => {
      const headers = { 'x-amz-checksum-crc32': CRC32_OF_HELLO, 'x-amz-meta-a': 'b', 'content-type': 'text/x' };
      expect(await send({ headers })).toMatchObject({ status: 200 });
      expect(await headOfKey()).toMatchObject({ ContentLength: 5, Metadata: { a: 'b' }, ContentType: 'text/x' });
    });

    needs('payload-checksum')('is held against its checksum', async () => {
      expect(await send({ headers: { 'x-amz-checksum-crc32': 'AAAAAA==' } })).toMatchObject({ status: 400 });
      await expectNothingStored();
      expect(await send({ headers: { 'x-amz-checksum-crc32': CRC32_OF_HELLO } })).toMatchObject({ status: 200 });
    });

    needs('presigned-checksum')('stores the checksum that it brings', async () => {
      expect(await send({ headers: { 'x-amz-checksum-crc32': CRC32_OF_HELLO } })).toMatchObject({ status: 200 });
      expect(await headOfKey()).toMatchObject({ ChecksumCRC32: CRC32_OF_HELLO });
    });

    needs('conditional-write')('is held against its conditions', async () => {
      const headers = { 'if-none-match': '*' };
      expect(await send({ headers })).toMatchObject({ status: 200 });
      expect(await send({ headers })).toMatchObject({ status: 412 });
    });

    needs('signatures')('is refused with a wrong secret, and with a header that is not signed', async () => {
      const wrong = await send({ secretAccessKey: 'wrong' });
      expect(wrong).toMatchObject({ status: 403, document: expect.stringContaining('SignatureDoesNotMatch') });
      const unsigned = await send({ unsigned: { 'x-amz-meta-a': 'b' } });
      expect(unsigned).toMatchObject({ status: 403, document: expect.stringContaining('AccessDenied') });
      await expectNothingStored();
    });

    needs('expiry')('is good until it expires, and does nothing afterwards', async () => {
      const expired = { status: 403, document: expect.stringContaining('<Message>Request has expired</Message>') };
      expect(await send({ secondsAgo: 30, expiresIn: 20 })).toMatchObject(expired);
      await expectNothingStored();
      expect(await send({ secondsAgo: 30, expiresIn: 90 })).toMatchObject({ status: 200 });
      expect(await send({ method: 'DELETE', secondsAgo: 30, expiresIn: 20 })).toMatchObject(expired);
      expect(await headOfKey()).toMatchObject({ ContentLength: 5 });
    });

    needs('future-refused')('is refused when it comes from the future', async () => {
      const early = await send({ secondsAgo: -16 * 60 });
      expect(early).toMatchObject({ status: 403, document: expect.stringContaining('AccessDenied') });
      await expectNothingStored();
    });

    needs('one-signature')('may not carry a second signature', async () => {
      await fixture.s3.send(new PutObjectCommand({ Bucket: fixture.bucket, Key: 'key', Body: 'hello' }));
      const both = await send({ method: 'DELETE', unsigned: { authorization: 'AWS4-HMAC-SHA256 x' } });
      expect(both).toMatchObject({ status: 400, document: expect.stringContaining('InvalidArgument') });
      expect(await headOfKey()).toMatchObject({ ContentLength: 5 });
    });
  });
}
