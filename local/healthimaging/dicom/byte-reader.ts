/** Reads a stream of chunks as one run of bytes, holding no more than was asked for. */
export class ByteReader {
  readonly #source: AsyncIterator<Uint8Array>;
  #buffer: Buffer = Buffer.alloc(0);
  #ended = false;
  /** Bytes taken so far. */
  position = 0;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  get available(): number {
    return this.#buffer.length;
  }

  /** Tries to have `bytes` at hand, and tells whether the source had that many left. */
  async fill(bytes: number): Promise<boolean> {
    if (this.#buffer.length >= bytes) return true;
    const chunks = [this.#buffer];
    let length = this.#buffer.length;
    while (length < bytes) {
      const chunk = await this.#pull();
      if (chunk === undefined) break;
      chunks.push(chunk);
      length += chunk.length;
    }
    this.#buffer = Buffer.concat(chunks, length);
    return length >= bytes;
  }

  /** Looks at bytes that `fill` has brought. */
  peek(bytes: number): Buffer {
    return this.#buffer.subarray(0, bytes);
  }

  /** Takes bytes that `fill` has brought. */
  take(bytes: number): Buffer {
    const taken = this.#buffer.subarray(0, bytes);
    this.#buffer = this.#buffer.subarray(bytes);
    this.position += taken.length;
    return taken;
  }

  /** Hands on the next `bytes` in chunks as they come; answers how many there were before the source ended. */
  async drain(bytes: number, consume: (chunk: Buffer) => Promise<void> | undefined): Promise<number> {
    let left = bytes;
    while (left > 0) {
      if (this.#buffer.length === 0) {
        const chunk = await this.#pull();
        if (chunk === undefined) break;
        this.#buffer = chunk;
      }
      const chunk = this.take(Math.min(left, this.#buffer.length));
      left -= chunk.length;
      const pending = consume(chunk);
      if (pending !== undefined) await pending;
    }
    return bytes - left;
  }

  /** All that is left, as chunks. */
  async *rest(): AsyncIterable<Uint8Array> {
    if (this.#buffer.length > 0) yield this.take(this.#buffer.length);
    for (let chunk = await this.#pull(); chunk !== undefined; chunk = await this.#pull()) yield chunk;
  }

  /** Lets go of the source before its end. */
  async close(): Promise<void> {
    await this.#source.return?.();
  }

  async #pull(): Promise<Buffer | undefined> {
    if (this.#ended) return undefined;
    const next = await this.#source.next();
    if (next.done === true) {
      this.#ended = true;
      return undefined;
    }
    return Buffer.from(next.value.buffer, next.value.byteOffset, next.value.byteLength);
  }
}
