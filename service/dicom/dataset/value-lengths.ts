/** Lengths of the values of chosen elements at the top of a data set; of their content, nothing. */
export class ValueLengths {
  /** In ascending order. */
  readonly #tags: readonly number[];
  readonly #lengths: Float64Array;

  /** @param tags such as 0x00100010, in ascending order */
  constructor(tags: readonly number[]) {
    this.#tags = tags;
    this.#lengths = new Float64Array(tags.length).fill(-1);
  }

  /** The highest tag: beyond it, a data set in order has nothing more to tell. */
  get lastTag(): number {
    return this.#tags.at(-1) ?? 0;
  }

  /** Takes note of an element, if it is one of the chosen. */
  note(tag: number, valueLength: number): void {
    const index = this.#tags.indexOf(tag);
    if (index >= 0) this.#lengths[index] = valueLength;
  }

  /** Length in bytes, padding included; undefined when the element has not come. */
  of(tag: number): number | undefined {
    const length = this.#lengths[this.#tags.indexOf(tag)] ?? -1;
    return length < 0 ? undefined : length;
  }
}
