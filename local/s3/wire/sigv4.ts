import { createHash, createHmac } from 'node:crypto';
import { uriEncode, uriEncodePath } from './uri.ts';

/** SHA-256 of nothing, in hex. */
export const emptySha256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

export interface CredentialScope {
  /** YYYYMMDD */
  readonly date: string;
  readonly region: string;
  readonly service: string;
}

export interface SignedRequest {
  readonly method: string;
  /** Decoded path. */
  readonly path: string;
  readonly queryPairs: readonly (readonly [string, string])[];
  readonly headers: ReadonlyMap<string, string>;
  /** Lower case, in the order of the Authorization header. */
  readonly signedHeaders: readonly string[];
  /** The value of x-amz-content-sha256. */
  readonly payloadHash: string;
}

/** The canonical request of S3's SigV4: the path is encoded once and never normalised. */
export function canonicalRequest(request: SignedRequest): string {
  const query = request.queryPairs
    .map(([name, value]) => [uriEncode(name), uriEncode(value)] as const)
    .sort(([a, x], [b, y]) => compare(a, b) || compare(x, y))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
  const headers = request.signedHeaders.map((name) => `${name}:${canonicalValue(request.headers.get(name) ?? '')}\n`);
  return [
    request.method,
    uriEncodePath(request.path),
    query,
    headers.join(''),
    request.signedHeaders.join(';'),
    request.payloadHash,
  ].join('\n');
}

/** The string to sign of a request. `timestamp` is x-amz-date (YYYYMMDDTHHMMSSZ). */
export function stringToSign(timestamp: string, scope: CredentialScope, canonical: string): string {
  return ['AWS4-HMAC-SHA256', timestamp, scopeText(scope), sha256Hex(canonical)].join('\n');
}

/** The string to sign of one aws-chunked chunk. `dataHash` is the hex SHA-256 of its bytes. */
export function chunkStringToSign(
  timestamp: string,
  scope: CredentialScope,
  previousSignature: string,
  dataHash: string,
): string {
  return ['AWS4-HMAC-SHA256-PAYLOAD', timestamp, scopeText(scope), previousSignature, emptySha256, dataHash].join('\n');
}

/** The string to sign of the trailing headers. `trailers` are `name:value\n` lines, sorted. */
export function trailerStringToSign(
  timestamp: string,
  scope: CredentialScope,
  previousSignature: string,
  trailers: string,
): string {
  return ['AWS4-HMAC-SHA256-TRAILER', timestamp, scopeText(scope), previousSignature, sha256Hex(trailers)].join('\n');
}

/** Derives the key that signs everything of one day, region and service. */
export function signingKey(secretAccessKey: string, scope: CredentialScope): Buffer {
  const date = hmac(`AWS4${secretAccessKey}`, scope.date);
  return hmac(hmac(hmac(date, scope.region), scope.service), 'aws4_request');
}

/** The signature, in hex. */
export function sign(key: Buffer, text: string): string {
  return hmac(key, text).toString('hex');
}

/** `date/region/service/aws4_request` */
export function scopeText(scope: CredentialScope): string {
  return `${scope.date}/${scope.region}/${scope.service}/aws4_request`;
}

function sha256Hex(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function canonicalValue(value: string): string {
  return value.trim().replace(/ {2,}/g, ' ');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
