import { createHash, type Hash } from 'node:crypto';
import { S3Error } from '../s3-error.ts';
import type { SigningContext } from './authorize.ts';
import type { AwsChunkedPiece } from './aws-chunked.ts';
import { chunkStringToSign, sign, trailerStringToSign } from './sigv4.ts';

/** Verifies the chain of chunk signatures of STREAMING-AWS4-HMAC-SHA256-PAYLOAD(-TRAILER). */
export class ChunkSignatures {
  readonly #context: SigningContext;
  readonly #signedTrailer: boolean;
  #previous: string;
  #expected: string | undefined;
  #hash: Hash = createHash('sha256');

  constructor(context: SigningContext, signedTrailer: boolean) {
    this.#context = context;
    this.#signedTrailer = signedTrailer;
    this.#previous = context.seedSignature;
  }

  /** Takes the decoder's pieces in order. Throws SignatureDoesNotMatch at the end of a forged chunk or trailer. */
  take(piece: AwsChunkedPiece): void {
    const { key, timestamp, scope } = this.#context;
    switch (piece.kind) {
      case 'chunk':
        this.#expected = piece.signature;
        this.#hash = createHash('sha256');
        return;
      case 'data':
        this.#hash.update(piece.bytes);
        return;
      case 'chunk-end':
        this.#advance(sign(key, chunkStringToSign(timestamp, scope, this.#previous, this.#hash.digest('hex'))));
        return;
      case 'trailer':
        if (!this.#signedTrailer) return;
        this.#expected = piece.trailers.get('x-amz-trailer-signature');
        this.#advance(sign(key, trailerStringToSign(timestamp, scope, this.#previous, trailerLines(piece.trailers))));
        return;
      default:
        piece satisfies never;
    }
  }

  #advance(calculated: string): void {
    if (this.#expected !== calculated) {
      throw new S3Error('SignatureDoesNotMatch', 'The signature of a chunk does not match the one we calculated.');
    }
    this.#previous = calculated;
  }
}

function trailerLines(trailers: ReadonlyMap<string, string>): string {
  return [...trailers]
    .filter(([name]) => name !== 'x-amz-trailer-signature')
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}:${value}\n`)
    .join('');
}
