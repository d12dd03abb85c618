import { PeerFault } from '../errors.ts';
import { decodeLatin1 } from './latin1.ts';

/** Reads big-endian fields in order; reading past the end is the peer's fault. */
export class ByteReader {
  readonly bytes: Uint8Array;
  readonly #end: number;
  #at: number;

  constructor(bytes: Uint8Array, start = 0, end = bytes.length) {
    this.bytes = bytes;
    this.#at = start;
    this.#end = end;
  }

  get at(): number {
    return this.#at;
  }

  get left(): number {
    return this.#end - this.#at;
  }

  u8(): number {
    return this.bytes[this.#advance(1)] ?? 0;
  }

  u16(): number {
    return readU16(this.bytes, this.#advance(2));
  }

  u32(): number {
    return readU32(this.bytes, this.#advance(4));
  }

  /** The next `length` bytes, in place: a view, not a copy. */
  view(length: number): Uint8Array {
    const start = this.#advance(length);
    return this.bytes.subarray(start, start + length);
  }

  /** The next `length` bytes, copied: they outlive the chunk they came in. */
  copy(length: number): Uint8Array {
    const start = this.#advance(length);
    return new Uint8Array(this.bytes.subarray(start, start + length));
  }

  latin1(length: number): string {
    const start = this.#advance(length);
    return decodeLatin1(this.bytes, start, start + length);
  }

  skip(length: number): void {
    this.#advance(length);
  }

  /** A reader of the next `length` bytes alone. */
  within(length: number): ByteReader {
    const start = this.#advance(length);
    return new ByteReader(this.bytes, start, start + length);
  }

  #advance(length: number): number {
    const start = this.#at;
    if (length > this.#end - start) throw new PeerFault('PDU_TRUNCATED', `${length} bytes wanted, ${this.left} left`);
    this.#at = start + length;
    return start;
  }
}

export function readU16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

export function readU32(bytes: Uint8Array, at: number): number {
  return readU16(bytes, at) * 0x10000 + readU16(bytes, at + 2);
}
