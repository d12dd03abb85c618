import { createHash } from 'node:crypto';
import type { S3Request } from '../request.ts';
import { S3Error } from '../s3-error.ts';
import type { SigningContext } from './authorize.ts';
import { AwsChunkedDecoder, type AwsChunkedPiece } from './aws-chunked.ts';
import { ChunkSignatures } from './chunk-signature.ts';

/** How the bytes of a request are wrapped (the values of x-amz-content-sha256). */
export type Framing =
  | { readonly kind: 'plain'; readonly sha256?: string }
  | { readonly kind: 'aws-chunked'; readonly signed: boolean; readonly trailer: boolean };

/** A body about to be read. `sizeBytes` is what it will hold once unwrapped. */
export interface Payload {
  readonly sizeBytes: number;
  readonly framing: Framing;
  /** The bytes, unwrapped and of the promised size and hash, or an S3Error. To be read once. */
  readonly bytes: () => AsyncGenerator<Uint8Array, void>;
  /** The trailing headers; known when `bytes` has ended. */
  readonly trailers: () => ReadonlyMap<string, string>;
}

/** Reads how the body is wrapped from the head of the request. Throws for what S3 refuses before it reads. */
export function payloadOf(
  request: S3Request,
  signing: SigningContext | undefined,
  source: () => AsyncIterable<Uint8Array>,
): Payload {
  const framing = framingOf(request);
  const sizeBytes = sizeOf(request, framing);
  let trailers: ReadonlyMap<string, string> = new Map();
  const unwrapped =
    framing.kind === 'plain'
      ? () => plain(source(), framing.sha256)
      : () =>
          awsChunked(source(), framing, signing, (received) => {
            trailers = received;
          });
  return { sizeBytes, framing, bytes: () => exactly(sizeBytes, unwrapped()), trailers: () => trailers };
}

function framingOf(request: S3Request): Framing {
  const value = request.headers.get('x-amz-content-sha256') ?? 'UNSIGNED-PAYLOAD';
  if (value === 'UNSIGNED-PAYLOAD') return { kind: 'plain' };
  if (/^[0-9a-f]{64}$/.test(value)) return { kind: 'plain', sha256: value };
  switch (value) {
    case 'STREAMING-UNSIGNED-PAYLOAD-TRAILER':
      return { kind: 'aws-chunked', signed: false, trailer: true };
    case 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD':
      return { kind: 'aws-chunked', signed: true, trailer: false };
    case 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER':
      return { kind: 'aws-chunked', signed: true, trailer: true };
    default:
      throw new S3Error(
        'InvalidArgument',
        'x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER, or a valid sha256 value.',
        { ArgumentName: 'x-amz-content-sha256' },
      );
  }
}

function sizeOf(request: S3Request, framing: Framing): number {
  const name = framing.kind === 'plain' ? 'content-length' : 'x-amz-decoded-content-length';
  const value = request.headers.get(name);
  const empty = value === undefined && !request.headers.has('transfer-encoding') && request.method !== 'PUT';
  if (empty) return 0;
  if (value === undefined || !/^\d{1,15}$/.test(value)) {
    throw new S3Error('MissingContentLength', `You must provide the ${name} HTTP header.`);
  }
  return Number(value);
}

async function* plain(source: AsyncIterable<Uint8Array>, sha256: string | undefined): AsyncGenerator<Uint8Array> {
  const hash = sha256 === undefined ? undefined : createHash('sha256');
  for await (const bytes of source) {
    hash?.update(bytes);
    yield bytes;
  }
  const calculated = hash?.digest('hex');
  if (calculated !== sha256) {
    throw new S3Error(
      'XAmzContentSHA256Mismatch',
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
      {
        ClientComputedContentSHA256: sha256 ?? '',
        S3ComputedContentSHA256: calculated ?? '',
      },
    );
  }
}

async function* awsChunked(
  source: AsyncIterable<Uint8Array>,
  framing: Framing & { kind: 'aws-chunked' },
  signing: SigningContext | undefined,
  onTrailers: (trailers: ReadonlyMap<string, string>) => void,
): AsyncGenerator<Uint8Array> {
  const decoder = new AwsChunkedDecoder();
  const signatures = framing.signed && signing ? new ChunkSignatures(signing, framing.trailer) : undefined;
  const dataOf = (piece: AwsChunkedPiece): Uint8Array | undefined => {
    signatures?.take(piece);
    if (piece.kind === 'trailer') onTrailers(piece.trailers);
    return piece.kind === 'data' ? piece.bytes : undefined;
  };
  for await (const received of source) {
    for (const piece of decoder.push(received)) {
      const data = dataOf(piece);
      if (data !== undefined) yield data;
    }
  }
  decoder.end();
}

async function* exactly(sizeBytes: number, source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let seenBytes = 0;
  for await (const bytes of source) {
    seenBytes += bytes.length;
    if (seenBytes > sizeBytes) break;
    yield bytes;
  }
  if (seenBytes !== sizeBytes) {
    throw new S3Error(
      'IncompleteBody',
      'You did not provide the number of bytes specified by the Content-Length HTTP header.',
    );
  }
}
