/** Writes big-endian fields in order into a buffer that grows; lengths that come before their content are filled in after. */
export class ByteWriter {
  #bytes: Uint8Array;
  #length = 0;

  constructor(capacity = 256) {
    this.#bytes = new Uint8Array(capacity);
  }

  get length(): number {
    return this.#length;
  }

  u8(value: number): this {
    const at = this.#grow(1);
    this.#bytes[at] = value;
    return this;
  }

  u16(value: number): this {
    const at = this.#grow(2);
    this.#setU16(at, value);
    return this;
  }

  u32(value: number): this {
    const at = this.#grow(4);
    this.#setU16(at, value >>> 16);
    this.#setU16(at + 2, value);
    return this;
  }

  zeros(count: number): this {
    this.#grow(count);
    return this;
  }

  bytes(bytes: Uint8Array): this {
    const at = this.#grow(bytes.length);
    this.#bytes.set(bytes, at);
    return this;
  }

  latin1(text: string): this {
    const at = this.#grow(text.length);
    for (let index = 0; index < text.length; index++) this.#bytes[at + index] = text.charCodeAt(index);
    return this;
  }

  /** A 16-bit length, then what `content` writes. */
  sized16(content: () => void): this {
    const at = this.#grow(2);
    content();
    this.#setU16(at, this.#length - at - 2);
    return this;
  }

  /** A 32-bit length, then what `content` writes. */
  sized32(content: () => void): this {
    const at = this.#grow(4);
    content();
    const size = this.#length - at - 4;
    this.#setU16(at, size >>> 16);
    this.#setU16(at + 2, size);
    return this;
  }

  /** All that was written; the writer must not be used any more. */
  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  #setU16(at: number, value: number): void {
    this.#bytes[at] = value >>> 8;
    this.#bytes[at + 1] = value;
  }

  #grow(count: number): number {
    const at = this.#length;
    const needed = at + count;
    if (needed > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
      larger.set(this.#bytes.subarray(0, at));
      this.#bytes = larger;
    }
    this.#length = needed;
    return at;
  }
}
