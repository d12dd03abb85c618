import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRequest } from '../../../../local/s3/request.ts';
import { authorize } from '../../../../local/s3/wire/authorize.ts';
import { receive, statedDigests } from '../../../../local/s3/wire/digests.ts';
import { payloadOf } from '../../../../local/s3/wire/payload.ts';
import { chunkedExample, exampleCredentials, exampleNowMs } from './example-request.ts';

async function* inPieces(body: Buffer, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  let at = 0;
  for (const size of [...sizes, body.length]) {
    if (at >= body.length) return;
    yield body.subarray(at, at + size);
    at += size;
  }
}

async function read(example: ReturnType<typeof chunkedExample>, sizes: readonly number[] = []): Promise<Buffer> {
  const signing = authorize(example.request, [exampleCredentials], 'us-east-1', exampleNowMs);
  const payload = payloadOf(example.request, signing, () => inPieces(example.body, sizes));
  const received: Uint8Array[] = [];
  await receive(payload, statedDigests(example.request), 'CRC32', async (bytes) => void received.push(bytes));
  return Buffer.concat(received);
}

const expected = Buffer.alloc(66_560, 'a');

describe.each([
  { name: 'signed chunks', trailer: false },
  { name: 'signed chunks and a signed trailer', trailer: true },
])('the published example of $name', ({ trailer }) => {
  it('is accepted and decoded in whatever pieces it comes', async () => {
    const example = chunkedExample(trailer);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 9000 }), { maxLength: 60 }), async (sizes) => {
        expect((await read(example, sizes)).equals(expected)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  it('is refused when one byte of the data was changed', async () => {
    const { request, body } = chunkedExample(trailer);
    const forged = Buffer.from(body);
    forged[66_000] = 'b'.charCodeAt(0);
    await expect(read({ request, body: forged })).rejects.toMatchObject({ code: 'SignatureDoesNotMatch' });
  });

  it('is refused when the last chunk was cut off', async () => {
    const { request, body } = chunkedExample(trailer);
    const last = body.lastIndexOf('0;chunk-signature=');
    await expect(read({ request, body: body.subarray(0, last) })).rejects.toMatchObject({ code: 'IncompleteBody' });
  });
});

it('refuses a forged trailer', async () => {
  const { request, body } = chunkedExample(true);
  const forged = Buffer.from(body.toString('latin1').replace('sOO8/Q==', 'AAAAAA=='), 'latin1');
  await expect(read({ request, body: forged })).rejects.toMatchObject({ code: 'SignatureDoesNotMatch' });
});

describe('a plain payload', () => {
  const put = (headers: Record<string, string>) =>
    parseRequest('PUT', '/bucket/key', Object.entries(headers).flat(), '127.0.0.1');
  const readPlain = async (headers: Record<string, string>, body: string) => {
    const request = put(headers);
    const payload = payloadOf(request, undefined, () => inPieces(Buffer.from(body), [1]));
    return receive(payload, statedDigests(request), 'CRC32', async () => undefined);
  };

  it.each([
    ['nothing', {}, {}],
    ['Content-MD5', { 'content-md5': 'XUFAKrxLKna5cZ2REBfFkg==' }, {}],
    [
      'SHA-256 of the signature',
      { 'x-amz-content-sha256': '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824' },
      {},
    ],
    ['CRC32', { 'x-amz-checksum-crc32': 'NhCmhg==' }, { algorithm: 'CRC32' }],
    ['CRC32C', { 'x-amz-checksum-crc32c': 'mnG7TA==' }, { algorithm: 'CRC32C' }],
    ['SHA1', { 'x-amz-checksum-sha1': 'qvTGHdzF6KLavt4PO0gs2a6pQ00=' }, { algorithm: 'SHA1' }],
  ])('is accepted with the right %s', async (_, headers, checksum) => {
    const received = await readPlain({ 'content-length': '5', ...headers }, 'hello');
    expect(received).toMatchObject({ sizeBytes: 5, md5Hex: '5d41402abc4b2a76b9719d911017c592', checksum });
  });

  it.each([
    ['a wrong Content-MD5', { 'content-md5': 'AAAAAAAAAAAAAAAAAAAAAA==' }, 'BadDigest'],
    ['a Content-MD5 that is none', { 'content-md5': 'AAAA' }, 'InvalidDigest'],
    ['a wrong CRC32', { 'x-amz-checksum-crc32': 'AAAAAA==' }, 'BadDigest'],
    ['a CRC32 that is none', { 'x-amz-checksum-crc32': 'AAAA' }, 'InvalidRequest'],
    ['two checksums', { 'x-amz-checksum-crc32': 'NhCmhg==', 'x-amz-checksum-crc32c': 'mnG7TA==' }, 'InvalidRequest'],
    ['a checksum that was announced only', { 'x-amz-sdk-checksum-algorithm': 'CRC32' }, 'InvalidRequest'],
    ['another SHA-256 than was signed', { 'x-amz-content-sha256': '0'.repeat(64) }, 'XAmzContentSHA256Mismatch'],
    ['fewer bytes than promised', { 'content-length': '6' }, 'IncompleteBody'],
    ['an unknown framing', { 'x-amz-content-sha256': 'STREAMING-UNKNOWN' }, 'InvalidArgument'],
  ])('is refused with %s', async (_, headers, code) => {
    await expect(readPlain({ 'content-length': '5', ...headers }, 'hello')).rejects.toMatchObject({ code });
  });

  it('is refused without a length', async () => {
    await expect(readPlain({}, 'hello')).rejects.toMatchObject({ code: 'MissingContentLength' });
  });
});
