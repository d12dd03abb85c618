import type { S3Request } from '../request.ts';
import { S3Error } from '../s3-error.ts';
import { parseTimestamp } from './timestamp.ts';

const parameters = [
  'X-Amz-Algorithm',
  'X-Amz-Credential',
  'X-Amz-Signature',
  'X-Amz-Date',
  'X-Amz-SignedHeaders',
  'X-Amz-Expires',
] as const;

/** Parameters of the query that say nothing of what is asked for. */
export const authenticationParameters: ReadonlySet<string> = new Set([
  ...parameters,
  'X-Amz-Content-Sha256',
  'X-Amz-Security-Token',
]);

const MAX_EXPIRES_SECONDS = 604_800;
const MAX_SKEW_MS = 15 * 60 * 1_000;

/** A signature and what it is of, as the query states it. */
export interface QueryAuthentication {
  readonly credential: string;
  readonly signedHeaders: string;
  readonly signature: string;
  readonly timestamp: string;
}

/**
 * Reads a signature in the query (a presigned URL) and holds its life against the clock.
 * @throws S3Error that S3 would answer with
 */
export function readQueryAuthentication({ query }: S3Request, nowMs: number): QueryAuthentication {
  const [algorithm, credential = '', signature = '', timestamp = '', signedHeaders = '', expires = ''] = parameters.map(
    (name) => query.get(name),
  );
  if (parameters.some((name) => !query.get(name))) {
    const [last, ...others] = [...parameters].reverse();
    throw malformed(
      `Query-string authentication version 4 requires the ${others.reverse().join(', ')}, and ${last} parameters.`,
    );
  }
  if (algorithm !== 'AWS4-HMAC-SHA256') throw malformed('X-Amz-Algorithm only supports "AWS4-HMAC-SHA256"');
  const atMs = parseTimestamp(timestamp);
  if (atMs === undefined) throw malformed("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"");
  if (!/^-?\d+$/.test(expires)) throw malformed('X-Amz-Expires should be a number');
  const seconds = Number(expires);
  if (seconds < 0) throw malformed('X-Amz-Expires must be non-negative');
  if (seconds > MAX_EXPIRES_SECONDS) {
    throw malformed(
      `X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than ${MAX_EXPIRES_SECONDS} seconds`,
    );
  }
  if (atMs > nowMs + MAX_SKEW_MS) throw new S3Error('AccessDenied', 'Request is not valid yet');
  const expiresAtMs = atMs + seconds * 1_000;
  if (nowMs > expiresAtMs) {
    throw new S3Error('AccessDenied', 'Request has expired', {
      'X-Amz-Expires': expires,
      Expires: new Date(expiresAtMs).toISOString(),
      ServerTime: new Date(nowMs).toISOString(),
    });
  }
  return { credential, signedHeaders, signature, timestamp };
}

const malformed = (message: string): S3Error => new S3Error('AuthorizationQueryParametersError', message);
