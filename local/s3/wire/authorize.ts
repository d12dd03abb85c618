import { timingSafeEqual } from 'node:crypto';
import type { S3Request } from '../request.ts';
import { S3Error } from '../s3-error.ts';
import { readQueryAuthentication } from './query-authentication.ts';
import { type CredentialScope, canonicalRequest, scopeText, sign, signingKey, stringToSign } from './sigv4.ts';
import { parseTimestamp } from './timestamp.ts';

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

/** A signature, whom it is said to be of, and what it covers. */
interface Claim {
  readonly accessKeyId: string;
  readonly scope: CredentialScope;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  readonly timestamp: string;
  /** The value of x-amz-content-sha256 that was signed. */
  readonly payloadHash: string;
  /** Without the signature itself. */
  readonly queryPairs: S3Request['queryPairs'];
}

/**
 * Verifies the SigV4 signature in the Authorization header, or in the query. Returns what is needed to verify signed
 * chunks, or nothing when every caller is welcome (`credentials` is 'any'). Throws the S3Error that S3 would answer with.
 */
export function authorize(
  request: S3Request,
  credentials: readonly Credentials[] | 'any',
  region: string,
  nowMs: number,
): SigningContext | undefined {
  if (credentials === 'any') return undefined;
  const claim = request.query.has('X-Amz-Signature')
    ? claimInQuery(request, region, nowMs)
    : claimInHeaders(request, region, nowMs);
  const { accessKeyId, scope, signedHeaders, signature, timestamp, payloadHash, queryPairs } = claim;
  const known = credentials.find((candidate) => candidate.accessKeyId === accessKeyId);
  if (known === undefined) {
    throw new S3Error('InvalidAccessKeyId', 'The AWS Access Key Id you provided does not exist in our records.', {
      AWSAccessKeyId: accessKeyId,
    });
  }
  if (request.headers.has('x-amz-security-token') || request.query.has('X-Amz-Security-Token')) {
    throw new S3Error('InvalidToken', 'The provided token is malformed or otherwise invalid.');
  }
  refuseUnsigned(request, signedHeaders);
  const canonical = canonicalRequest({ ...request, queryPairs, signedHeaders, payloadHash });
  const text = stringToSign(timestamp, scope, canonical);
  const key = signingKey(known.secretAccessKey, scope);
  if (!isSame(sign(key, text), signature)) {
    throw new S3Error(
      'SignatureDoesNotMatch',
      'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
      { AWSAccessKeyId: accessKeyId, StringToSign: text, SignatureProvided: signature, CanonicalRequest: canonical },
    );
  }
  return { key, scope, timestamp, seedSignature: signature };
}

function claimInHeaders(request: S3Request, region: string, nowMs: number): Claim {
  const authorization = request.headers.get('authorization');
  if (authorization === undefined) throw new S3Error('AccessDenied', 'Access Denied. The request is not signed.');
  const [, credential = '', signedHeaders, signature] = authorizationForm.exec(authorization) ?? [];
  const { accessKeyId, scope } = parseCredential(credential) ?? {};
  if (accessKeyId === undefined || scope === undefined || signedHeaders === undefined || signature === undefined) {
    throw new S3Error('AuthorizationHeaderMalformed', 'The authorization header that you provided is not valid.');
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
  const { queryPairs } = request;
  return { accessKeyId, scope, signedHeaders: signedHeaders.split(';'), signature, timestamp, payloadHash, queryPairs };
}

function claimInQuery(request: S3Request, region: string, nowMs: number): Claim {
  if (request.headers.has('authorization')) {
    throw new S3Error(
      'InvalidArgument',
      'Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified',
    );
  }
  const { credential, signedHeaders, signature, timestamp } = readQueryAuthentication(request, nowMs);
  const { accessKeyId, scope } = parseCredential(credential) ?? {};
  if (accessKeyId === undefined || scope === undefined || !timestamp.startsWith(scope.date)) {
    throw new S3Error('AuthorizationQueryParametersError', 'Error parsing the X-Amz-Credential parameter');
  }
  if (scope.region !== region) {
    const message = `Error parsing the X-Amz-Credential parameter; the region '${scope.region}' is wrong; expecting '${region}'`;
    throw new S3Error('AuthorizationQueryParametersError', message, { Region: region });
  }
  const payloadHash =
    request.headers.get('x-amz-content-sha256') ?? request.query.get('X-Amz-Content-Sha256') ?? 'UNSIGNED-PAYLOAD';
  const queryPairs = request.queryPairs.filter(([name]) => name !== 'X-Amz-Signature');
  return { accessKeyId, scope, signedHeaders: signedHeaders.split(';'), signature, timestamp, payloadHash, queryPairs };
}

function parseCredential(credential: string) {
  const [accessKeyId, date, region, service, terminator, ...rest] = credential.split('/');
  if (!accessKeyId || !date || !region || service !== 's3' || terminator !== 'aws4_request' || rest.length > 0) {
    return undefined;
  }
  return { accessKeyId, scope: { date, region, service } satisfies CredentialScope };
}

function isSame(calculated: string, given: string): boolean {
  return calculated.length === given.length && timingSafeEqual(Buffer.from(calculated), Buffer.from(given));
}

function readTimestamp(request: S3Request, scope: CredentialScope, nowMs: number): string {
  const timestamp = request.headers.get('x-amz-date') ?? '';
  const atMs = parseTimestamp(timestamp);
  if (atMs === undefined) {
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
