import { S3Error } from '../s3-error.ts';

/**
 * What the decoder found, in the order of the wire. The signatures are absent in the unsigned form.
 * `trailer` comes once, last, with the raw `name:value` pairs after the zero chunk.
 */
export type AwsChunkedPiece =
  | { readonly kind: 'chunk'; readonly sizeBytes: number; readonly signature?: string }
  | { readonly kind: 'data'; readonly bytes: Uint8Array }
  | { readonly kind: 'chunk-end' }
  | { readonly kind: 'trailer'; readonly trailers: ReadonlyMap<string, string> };

const maxLineBytes = 8192;
const minChunkBytes = 8192;
const cr = 0x0d;
const lf = 0x0a;
const chunkHeader = /^([0-9a-fA-F]{1,16})(?:;chunk-signature=([0-9a-f]{64}))?$/;

type State = 'header' | 'data' | 'data-end' | 'trailer' | 'end';

/**
 * Decodes the aws-chunked content encoding (S3 API reference, "Signature calculations for the authorization
 * header: transferring payload in multiple chunks"). Bytes in, pieces out; any split of the input gives the same
 * data. Throws S3Error for what S3 refuses, such as a chunk below 8 KiB that is not the last.
 */
export class AwsChunkedDecoder {
  #state: State = 'header';
  #line: number[] = [];
  #remainingBytes = 0;
  #previousChunkBytes: number | undefined;
  readonly #trailers = new Map<string, string>();

  *push(bytes: Uint8Array): Generator<AwsChunkedPiece, void> {
    let at = 0;
    while (at < bytes.length) {
      if (this.#state === 'end') throw malformed('bytes follow the last chunk');
      if (this.#state === 'data') {
        const piece = bytes.subarray(at, at + this.#remainingBytes);
        at += piece.length;
        this.#remainingBytes -= piece.length;
        yield { kind: 'data', bytes: piece };
        if (this.#remainingBytes === 0) this.#state = 'data-end';
      } else {
        const line = this.#readLine(bytes[at] ?? 0);
        at += 1;
        if (line !== undefined) yield* this.#take(line);
      }
    }
  }

  /** To be called when the input has ended. Throws IncompleteBody when the encoding has not. */
  end(): void {
    if (this.#state !== 'end') throw malformed('the body ended before its last chunk');
  }

  #readLine(byte: number): string | undefined {
    this.#line.push(byte);
    if (this.#line.length > maxLineBytes) throw malformed('a line is too long');
    if (byte !== lf) return undefined;
    if (this.#line.at(-2) !== cr) throw malformed('a line does not end with CRLF');
    const line = Buffer.from(this.#line.slice(0, -2)).toString('latin1');
    this.#line = [];
    return line;
  }

  *#take(line: string): Generator<AwsChunkedPiece, void> {
    if (this.#state === 'header') yield* this.#takeHeader(line);
    else if (this.#state === 'data-end') yield* this.#takeDataEnd(line);
    else yield* this.#takeTrailer(line);
  }

  *#takeHeader(line: string): Generator<AwsChunkedPiece, void> {
    const [, size, signature] = chunkHeader.exec(line) ?? [];
    if (size === undefined) throw malformed('a chunk has no size');
    const sizeBytes = Number.parseInt(size, 16);
    // Only the last chunk that carries data may be small, so smallness is judged when another one follows.
    if (sizeBytes > 0 && this.#previousChunkBytes !== undefined && this.#previousChunkBytes < minChunkBytes) {
      throw new S3Error(
        'InvalidChunkSizeError',
        `Only the last chunk is allowed to have a size less than ${minChunkBytes} bytes`,
        { BadChunkSize: String(this.#previousChunkBytes) },
      );
    }
    this.#previousChunkBytes = sizeBytes;
    this.#remainingBytes = sizeBytes;
    yield signature === undefined ? { kind: 'chunk', sizeBytes } : { kind: 'chunk', sizeBytes, signature };
    if (sizeBytes === 0) yield { kind: 'chunk-end' };
    this.#state = sizeBytes === 0 ? 'trailer' : 'data';
  }

  *#takeDataEnd(line: string): Generator<AwsChunkedPiece, void> {
    if (line !== '') throw malformed('a chunk is longer than its size');
    this.#state = 'header';
    yield { kind: 'chunk-end' };
  }

  *#takeTrailer(line: string): Generator<AwsChunkedPiece, void> {
    if (line !== '') {
      const colon = line.indexOf(':');
      if (colon < 1)
        throw new S3Error('MalformedTrailerError', 'The request contained trailing data that was not well-formed.');
      this.#trailers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
      return;
    }
    this.#state = 'end';
    yield { kind: 'trailer', trailers: this.#trailers };
  }
}

function malformed(why: string): S3Error {
  return new S3Error('IncompleteBody', `The request body is not a well-formed aws-chunked stream: ${why}.`);
}
