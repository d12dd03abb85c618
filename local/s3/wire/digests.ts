import { createHash } from 'node:crypto';
import type { S3Request } from '../request.ts';
import { S3Error } from '../s3-error.ts';
import {
  type ChecksumAlgorithm,
  checksumAlgorithm,
  checksumAlgorithms,
  checksumHeader,
  isChecksumValue,
  startChecksum,
} from './checksum.ts';
import type { Payload } from './payload.ts';

/** What the sender says about the bytes to come. A checksum without `value` follows in the trailer. */
export interface StatedDigests {
  readonly contentMd5?: string;
  readonly checksum?: { readonly algorithm: ChecksumAlgorithm; readonly value?: string };
}

/** What arrived: verified against what was stated. Digests are base64, `md5Hex` is hex. */
export interface ReceivedBytes {
  readonly sizeBytes: number;
  readonly md5Hex: string;
  readonly checksum: { readonly algorithm: ChecksumAlgorithm; readonly value: string };
}

const checksumHeaders = new Map(checksumAlgorithms.map((algorithm) => [checksumHeader(algorithm), algorithm] as const));

/** Reads the digests of the head of a request. Throws InvalidDigest and InvalidRequest as S3 does. */
export function statedDigests(request: S3Request): StatedDigests {
  const contentMd5 = request.headers.get('content-md5');
  if (contentMd5 !== undefined && Buffer.from(contentMd5, 'base64').length !== 16) {
    throw new S3Error('InvalidDigest', 'The Content-MD5 you specified was invalid.', { 'Content-MD5': contentMd5 });
  }
  const checksum = statedChecksum(request);
  return { ...(contentMd5 === undefined ? {} : { contentMd5 }), ...(checksum === undefined ? {} : { checksum }) };
}

/**
 * Hands every byte of the payload to `sink` and verifies the stated digests at the end. Without a stated checksum
 * the one of `otherwise` is calculated. Throws BadDigest; what the sink has then taken is to be thrown away.
 */
export async function receive(
  payload: Payload,
  stated: StatedDigests,
  otherwise: ChecksumAlgorithm,
  sink: (bytes: Uint8Array) => Promise<void>,
): Promise<ReceivedBytes> {
  const algorithm = stated.checksum?.algorithm ?? otherwise;
  const md5 = createHash('md5');
  const running = startChecksum(algorithm);
  for await (const bytes of payload.bytes()) {
    md5.update(bytes);
    running.update(bytes);
    await sink(bytes);
  }
  const md5Bytes = md5.digest();
  const value = running.digest();
  if (stated.contentMd5 !== undefined && stated.contentMd5 !== md5Bytes.toString('base64')) {
    throw new S3Error('BadDigest', 'The Content-MD5 you specified did not match what we received.', {
      ExpectedDigest: stated.contentMd5,
      CalculatedDigest: md5Bytes.toString('base64'),
    });
  }
  if (stated.checksum !== undefined) verifyChecksum(algorithm, stated.checksum.value, payload, value);
  return { sizeBytes: payload.sizeBytes, md5Hex: md5Bytes.toString('hex'), checksum: { algorithm, value } };
}

function statedChecksum(request: S3Request): StatedDigests['checksum'] {
  const inHead = [...checksumHeaders.keys()].filter((name) => request.headers.has(name));
  const trailer = request.headers.get('x-amz-trailer')?.trim().toLowerCase();
  const [name = trailer, ...others] = inHead;
  if (others.length > 0 || (inHead.length > 0 && trailer !== undefined)) {
    throw new S3Error(
      'InvalidRequest',
      'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.',
    );
  }
  const named = request.headers.get('x-amz-sdk-checksum-algorithm');
  if (name === undefined) {
    if (named === undefined) return undefined;
    throw new S3Error(
      'InvalidRequest',
      'x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.',
    );
  }
  const algorithm = checksumHeaders.get(name);
  if (algorithm === undefined) {
    throw new S3Error('InvalidRequest', 'The value specified in the x-amz-trailer header is not supported');
  }
  if (named !== undefined && checksumAlgorithm(named) !== algorithm) {
    throw new S3Error('InvalidRequest', 'Value for x-amz-sdk-checksum-algorithm header is invalid.');
  }
  const value = request.headers.get(name);
  if (value === undefined) return { algorithm };
  requireForm(algorithm, value);
  return { algorithm, value };
}

function verifyChecksum(
  algorithm: ChecksumAlgorithm,
  inHead: string | undefined,
  payload: Payload,
  calculated: string,
): void {
  const stated = inHead ?? payload.trailers().get(checksumHeader(algorithm));
  if (stated === undefined) {
    throw new S3Error(
      'MalformedTrailerError',
      `The request promised the trailer ${checksumHeader(algorithm)} and did not send it.`,
    );
  }
  requireForm(algorithm, stated);
  if (stated !== calculated) {
    throw new S3Error('BadDigest', `The ${algorithm} you specified did not match the calculated checksum.`);
  }
}

function requireForm(algorithm: ChecksumAlgorithm, value: string): void {
  if (isChecksumValue(algorithm, value)) return;
  throw new S3Error('InvalidRequest', `Value for ${checksumHeader(algorithm)} header is invalid.`);
}
