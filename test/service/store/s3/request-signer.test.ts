import { S3Client } from '@aws-sdk/client-s3';
import { HttpRequest } from '@smithy/core/protocols';
import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { QuerySignature } from '../../../../service/store/s3/query-signature.ts';
import { RequestSigner } from '../../../../service/store/s3/request-signer.ts';
import { StoreClock } from '../../../../service/store/s3/store-clock.ts';

const identity = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' };
const endpoint = {
  protocol: 'https:',
  hostname: 'examplebucket.s3.eu-central-1.amazonaws.com',
  port: undefined,
  basePath: '',
  signingRegion: 'eu-central-1',
};
const head = {
  path: '/batches/01JD/1.2.840~1/a%20b%28c%29.dcm',
  query: { partNumber: '7', uploadId: 'VXBsb2FkIElE+w==' },
  headers: {
    'content-length': '524288',
    'content-type': 'application/dicom',
    'if-none-match': '*',
    'x-amz-checksum-crc32': 'y/Q5Jg==',
    'x-amz-meta-calling-ae-title': 'CT%201',
  },
};
const signedAt = Date.UTC(2013, 4, 24);

const WAITED_MS = 25_000;

const signerFor = (sessionToken?: string, nowMs = signedAt) => {
  const credentials = sessionToken === undefined ? identity : { ...identity, sessionToken };
  const { config } = new S3Client({ region: 'eu-central-1', credentials });
  const clock = new StoreClock({ nowMs: () => nowMs, monotonicMs: () => 1_000 });
  return { clock, signer: new RequestSigner(config, endpoint, clock) };
};
const signed = async ({ signer }: ReturnType<typeof signerFor>, untilMs = 1_000 + WAITED_MS) => {
  const { target, headers } = await signer.sign(head, untilMs);
  const [path, query] = target.split('?');
  return { path, headers, query: Object.fromEntries(new URLSearchParams(query)) };
};

describe('a signature', () => {
  /** They are botocore's (S3SigV4QueryAuth) for the same requests. */
  it.each([
    [undefined, '709369e7e093beb1a1dd8f72d860f928fb75be77f8ff731147bd55ed66c835c7'],
    ['SESSION/TOKEN==', '40d23d2f49be2fbe8d3440fb999ada5cf77f3e1ab2bc4843860f6d22a32a5a15'],
  ])('is the one that AWS expects, with the session token %s', async (sessionToken, signature) => {
    const { query, headers, path } = await signed(signerFor(sessionToken));
    expect(path).toBe(head.path);
    expect(query).toMatchObject({
      ...head.query,
      'X-Amz-Credential': 'AKIAIOSFODNN7EXAMPLE/20130524/eu-central-1/s3/aws4_request',
      'X-Amz-Date': '20130524T000000Z',
      'X-Amz-Expires': '30',
      'X-Amz-Signature': signature,
    });
    expect(query['X-Amz-Security-Token']).toBe(sessionToken);
    expect(headers).toEqual({ ...head.headers, host: endpoint.hostname });
  });

  it('is the SDK’s for any request', async () => {
    const { config } = new S3Client({ region: 'eu-central-1' });
    const text = fc.string({ unit: 'grapheme', maxLength: 20 });
    const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,12}$/);
    const requests = fc.record({
      query: fc.dictionary(name, text, { maxKeys: 4 }),
      headers: fc.dictionary(name, fc.stringMatching(/^[ -~]{0,20}$/), { maxKeys: 4 }),
      atMs: fc.integer({ min: signedAt, max: signedAt + 3 * 86_400_000 }),
      expiresInSeconds: fc.integer({ min: 1, max: 604_800 }),
      sessionToken: fc.option(fc.string({ minLength: 1 }), { nil: undefined }),
    });
    const own = new QuerySignature();
    await fc.assert(
      fc.asyncProperty(requests, async ({ atMs, expiresInSeconds, sessionToken, ...parts }) => {
        const credentials = sessionToken === undefined ? identity : { ...identity, sessionToken };
        const { hostname } = endpoint;
        const request = { method: 'POST', path: head.path, headers: { ...parts.headers, host: hostname } };
        const theirs = new SignatureV4({
          service: 's3',
          region: endpoint.signingRegion,
          credentials,
          sha256: config.sha256,
          uriEscapePath: false,
          applyChecksum: false,
        });
        const { query = {} } = await theirs.presign(
          new HttpRequest({
            ...request,
            hostname,
            query: parts.query,
            headers: { ...request.headers, 'X-Amz-Content-Sha256': 'UNSIGNED-PAYLOAD' },
          }),
          {
            signingDate: new Date(atMs),
            expiresIn: expiresInSeconds,
            unhoistableHeaders: new Set(Object.keys(parts.headers)),
          },
        );
        const ours = own.of(
          { ...request, query: { ...parts.query, 'X-Amz-Content-Sha256': 'UNSIGNED-PAYLOAD' } },
          credentials,
          { region: endpoint.signingRegion, atMs, expiresInSeconds },
        );
        expect(Object.fromEntries(new URLSearchParams(ours))).toEqual(query);
      }),
    );
  });

  it('is good for as long as it is waited for, and a margin', async () => {
    const expiresIn = async (untilMs: number) => (await signed(signerFor(), untilMs)).query['X-Amz-Expires'];
    expect(await expiresIn(1_001)).toBe('6');
    expect(await expiresIn(61_000)).toBe('65');
    expect(await expiresIn(0)).toBe('5');
  });

  it('is made by the store’s clock once that is known to differ', async () => {
    const rig = signerFor(undefined, signedAt - 3_600_000);
    expect(rig.clock.observe('Fri, 24 May 2013 00:00:00 GMT', 1_000)).toBe(true);
    expect((await signed(rig)).query['X-Amz-Date']).toBe('20130524T000000Z');
  });
});
