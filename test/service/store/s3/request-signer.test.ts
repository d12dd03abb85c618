import { S3Client } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { RequestSigner } from '../../../../service/store/s3/request-signer.ts';

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

const signerFor = (sessionToken?: string, nowMs = signedAt) => {
  const credentials = sessionToken === undefined ? identity : { ...identity, sessionToken };
  const { config } = new S3Client({ region: 'eu-central-1', credentials });
  return new RequestSigner(config, endpoint, () => nowMs);
};

/** The signatures are botocore's for the same requests. */
describe('a signature', () => {
  it.each([
    [undefined, 'b1fc44e6422aec64a6f54170dfe16f2e9c7c21aa4249dd5f5a494c5012aaf50e'],
    ['SESSION/TOKEN==', 'e91c733c91777ff511fc297438e6d4b59f6855508379c23c692e43f8c1cb18be'],
  ])('is the one that AWS expects, with the session token %s', async (sessionToken, signature) => {
    const headers = await signerFor(sessionToken).sign(head);
    expect(headers.authorization).toContain('Credential=AKIAIOSFODNN7EXAMPLE/20130524/eu-central-1/s3/aws4_request');
    expect(headers.authorization).toMatch(new RegExp(`Signature=${signature}$`));
    expect(headers['x-amz-security-token']).toBe(sessionToken);
  });

  it('is made by the server’s clock once that is known to differ', async () => {
    const signer = signerFor(undefined, signedAt - 3_600_000);
    expect(signer.correctClock('Fri, 24 May 2013 00:00:00 GMT')).toBe(true);
    expect((await signer.sign(head))['x-amz-date']).toBe('20130524T000000Z');
    expect(signer.correctClock('Fri, 24 May 2013 00:03:00 GMT')).toBe(false);
    expect(signer.correctClock(undefined)).toBe(false);
  });
});
