/** Memory that is kept for what is gathered next: a command set of an ordinary peer fits. */
const KEPT_BYTES = 1024;

/** Gathers bytes that come in pieces. Memory grows with what has come, never with what was promised. */
export class ByteGatherer {
  #bytes: Uint8Array | undefined;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Copies `chunk[start, end)` behind what is there. */
  add(chunk: Uint8Array, start: number, end: number): void {
    const needed = this.#length + end - start;
    if (!this.#bytes || needed > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(needed, 2 * this.#length));
      if (this.#bytes) larger.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = larger;
    }
    this.#bytes.set(chunk.subarray(start, end), this.#length);
    this.#length = needed;
  }

  /** All that was gathered; the gatherer is empty again. */
  take(): Uint8Array {
    const bytes = this.#bytes?.subarray(0, this.#length) ?? new Uint8Array(0);
    this.#bytes = undefined;
    this.#length = 0;
    return bytes;
  }

  /** As `take`, but only until the next `add`, which uses the same memory again. */
  takeInPlace(): Uint8Array {
    const bytes = this.#bytes;
    if (bytes === undefined || bytes.length > KEPT_BYTES) return this.take();
    const gathered = bytes.subarray(0, this.#length);
    this.#length = 0;
    return gathered;
  }
}
