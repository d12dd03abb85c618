import { describe, expect, it } from 'vitest';
import { parseRequest } from '../../../../local/s3/request.ts';
import { authorize } from '../../../../local/s3/wire/authorize.ts';
import {
  type CredentialScope,
  canonicalRequest,
  emptySha256,
  sign,
  signingKey,
  stringToSign,
} from '../../../../local/s3/wire/sigv4.ts';
import { exampleCredentials, exampleNowMs } from './example-request.ts';

// S3 API reference, "Signature calculations for the authorization header: transferring payload in a single chunk".
const scope: CredentialScope = { date: '20130524', region: 'us-east-1', service: 's3' };
const timestamp = '20130524T000000Z';
const host = 'examplebucket.s3.amazonaws.com';
const examples = [
  {
    name: 'GET object with a range',
    method: 'GET',
    url: '/test.txt',
    headers: { host, range: 'bytes=0-9', 'x-amz-content-sha256': emptySha256, 'x-amz-date': timestamp },
    signature: 'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
  },
  {
    name: 'PUT object whose key needs encoding',
    method: 'PUT',
    url: '/test%24file.text',
    headers: {
      date: 'Fri, 24 May 2013 00:00:00 GMT',
      host,
      'x-amz-content-sha256': '44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072',
      'x-amz-date': timestamp,
      'x-amz-storage-class': 'REDUCED_REDUNDANCY',
    },
    signature: '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
  },
  {
    name: 'GET a sub-resource without a value',
    method: 'GET',
    url: '/?lifecycle',
    headers: { host, 'x-amz-content-sha256': emptySha256, 'x-amz-date': timestamp },
    signature: 'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543',
  },
  {
    name: 'GET with query parameters',
    method: 'GET',
    url: '/?max-keys=2&prefix=J',
    headers: { host, 'x-amz-content-sha256': emptySha256, 'x-amz-date': timestamp },
    signature: '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
  },
];

describe('SigV4 on the examples that AWS publishes', () => {
  for (const { name, method, url, headers, signature } of examples) {
    const request = parseRequest(method, url, Object.entries(headers).flat(), '127.0.0.1');

    it(`signs: ${name}`, () => {
      const signedHeaders = Object.keys(headers);
      const canonical = canonicalRequest({ ...request, signedHeaders, payloadHash: headers['x-amz-content-sha256'] });
      const key = signingKey(exampleCredentials.secretAccessKey, scope);
      expect(sign(key, stringToSign(timestamp, scope, canonical))).toBe(signature);
    });

    it(`verifies: ${name}`, () => {
      const authorization = `AWS4-HMAC-SHA256 Credential=${exampleCredentials.accessKeyId}/20130524/us-east-1/s3/aws4_request,SignedHeaders=${Object.keys(headers).join(';')},Signature=${signature}`;
      const signed = { ...request, headers: new Map([...request.headers, ['authorization', authorization]]) };
      const verify = (altered: Partial<typeof signed>, nowMs = exampleNowMs) =>
        authorize({ ...signed, ...altered }, [exampleCredentials], 'us-east-1', nowMs);
      expect(verify({})?.seedSignature).toBe(signature);
      expect(() => verify({ method: 'DELETE' })).toThrow(expect.objectContaining({ code: 'SignatureDoesNotMatch' }));
      expect(() => verify({ path: '/other' })).toThrow(expect.objectContaining({ code: 'SignatureDoesNotMatch' }));
      expect(() => verify({}, exampleNowMs + 15 * 60_000 + 1)).toThrow(
        expect.objectContaining({ code: 'RequestTimeTooSkewed' }),
      );
      expect(verify({}, exampleNowMs + 15 * 60_000)).toBeDefined();
      expect(() => authorize(signed, [exampleCredentials], 'eu-west-1', exampleNowMs)).toThrow(
        expect.objectContaining({ code: 'AuthorizationHeaderMalformed' }),
      );
      expect(() => authorize(signed, [], 'us-east-1', exampleNowMs)).toThrow(
        expect.objectContaining({ code: 'InvalidAccessKeyId' }),
      );
      expect(() => authorize(request, [exampleCredentials], 'us-east-1', exampleNowMs)).toThrow(
        expect.objectContaining({ code: 'AccessDenied' }),
      );
      expect(authorize(request, 'any', 'us-east-1', exampleNowMs)).toBeUndefined();
      const smuggled = new Map([...signed.headers, ['x-amz-meta-smuggled', 'in']]);
      expect(() => verify({ headers: smuggled })).toThrow(expect.objectContaining({ code: 'AccessDenied' }));
    });
  }
});
