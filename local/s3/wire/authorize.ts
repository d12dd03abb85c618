import { timingSafeEqual } from 'node:crypto';
import type { S3Request } from '../request.ts';
import { S3Error } from '../s3-error.ts';
import { type CredentialScope, canonicalRequest, scopeText, sign, signingKey, stringToSign } from './sigv4.ts';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** What later chunks of a signed streaming body are verified with. */
export interface SigningContext {
  readonly key: Buffer;
  readonly scope: CredentialScope;
  readonly timestamp: string;
  readonly seedSignature: string;
}

const maxSkewMs = 15 * 60 * 1000;
const authorizationForm =
  /^AWS4-HMAC-SHA256\s+Credential=([^,\s]+),\s*SignedHeaders=([^,\s]+),\s*Signature=([0-9a-f]{64})$/;

/**
 * Verifies the Authorization header of SigV4. Returns what is needed to verify signed chunks, or nothing when
 * every caller is welcome (`credentials` is 'any'). Throws the S3Error that S3 would answer with.
 */
export function authorize(
  request: S3Request,
  credentials: readonly Credentials[] | 'any',
  region: string,
  nowMs: number,
): SigningContext | undefined {
  if (credentials === 'any') return undefined;
  if (request.query.has('X-Amz-Signature')) throw new S3Error('NotImplemented', 'Presigned URLs are not implemented.');
  const authorization = request.headers.get('authorization');
  if (authorization === undefined) throw new S3Error('AccessDenied', 'Access Denied. The request is not signed.');
  const { accessKeyId, scope, signedHeaders, signature } = parseAuthorization(authorization);
  const known = credentials.find((candidate) => candidate.accessKeyId === accessKeyId);
  if (known === undefined) {
    throw new S3Error('InvalidAccessKeyId', 'The AWS Access Key Id you provided does not exist in our records.', {
      AWSAccessKeyId: accessKeyId,
    });
  }
  if (request.headers.has('x-amz-security-token')) {
    throw new S3Error('InvalidToken', 'The provided token is malformed or otherwise invalid.');
  }
  if (scope.region !== region) {
    const message = `The authorization header is malformed; the region '${scope.region}' is wrong; expecting '${region}'`;
    throw new S3Error('AuthorizationHeaderMalformed', message, { Region: region });
  }
  const timestamp = readTimestamp(request, scope, nowMs);
  const payloadHash = request.headers.get('x-amz-content-sha256');
  if (payloadHash === undefined) {
    throw new S3Error('InvalidRequest', 'Missing required header for this request: x-amz-content-sha256');
  }
  refuseUnsigned(request, signedHeaders);
  const canonical = canonicalRequest({ ...request, signedHeaders, payloadHash });
  const text = stringToSign(timestamp, scope, canonical);
  const key = signingKey(known.secretAccessKey, scope);
  if (!timingSafeEqual(Buffer.from(sign(key, text)), Buffer.from(signature))) {
    throw new S3Error(
      'SignatureDoesNotMatch',
      'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
      { AWSAccessKeyId: accessKeyId, StringToSign: text, SignatureProvided: signature, CanonicalRequest: canonical },
    );
  }
  return { key, scope, timestamp, seedSignature: signature };
}

function parseAuthorization(authorization: string) {
  const [, credential, signedHeaders, signature] = authorizationForm.exec(authorization) ?? [];
  const [accessKeyId, date, region, service, terminator, ...rest] = credential?.split('/') ?? [];
  if (!accessKeyId || !date || !region || service !== 's3' || terminator !== 'aws4_request' || rest.length > 0) {
    throw new S3Error('AuthorizationHeaderMalformed', 'The authorization header that you provided is not valid.');
  }
  if (signedHeaders === undefined || signature === undefined) {
    throw new S3Error('AuthorizationHeaderMalformed', 'The authorization header that you provided is not valid.');
  }
  const scope: CredentialScope = { date, region, service };
  return { accessKeyId, scope, signedHeaders: signedHeaders.split(';'), signature };
}

function readTimestamp(request: S3Request, scope: CredentialScope, nowMs: number): string {
  const timestamp = request.headers.get('x-amz-date') ?? '';
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(timestamp) ?? [];
  const atMs = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (Number.isNaN(atMs)) {
    throw new S3Error('AccessDenied', 'AWS authentication requires a valid x-amz-date header.');
  }
  if (Math.abs(nowMs - atMs) > maxSkewMs) {
    throw new S3Error(
      'RequestTimeTooSkewed',
      'The difference between the request time and the current time is too large.',
      {
        RequestTime: timestamp,
        ServerTime: new Date(nowMs).toISOString(),
        MaxAllowedSkewMilliseconds: String(maxSkewMs),
      },
    );
  }
  if (!timestamp.startsWith(scope.date)) {
    throw new S3Error('AuthorizationHeaderMalformed', `The credential scope ${scopeText(scope)} is of another day.`);
  }
  return timestamp;
}

function refuseUnsigned(request: S3Request, signedHeaders: readonly string[]): void {
  const unsigned = ['host', ...request.headers.keys()].filter(
    (name) => (name === 'host' || name.startsWith('x-amz-')) && !signedHeaders.includes(name),
  );
  if (unsigned.length > 0) {
    throw new S3Error('AccessDenied', 'There were headers present in the request which were not signed', {
      HeadersNotSigned: unsigned.join(', '),
    });
  }
}
