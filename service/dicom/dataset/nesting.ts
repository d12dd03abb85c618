import type { DataSetEncoding } from '../uids/transfer-syntaxes.ts';

/** What the bytes at the current position belong to. */
export type Container = 'data-set' | 'sequence' | 'item';

interface Level {
  readonly container: Container;
  readonly encoding: DataSetEncoding;
}

/**
 * The sequences and items of undefined length that are open at the current position of a data set, outermost first.
 * Those of defined length never open: they are skipped whole.
 */
export class Nesting {
  readonly #outer: Level[] = [];
  readonly #maxDepth: number;
  #innermost: Level;

  /** Starts at the top of a data set in `encoding`; at most `maxDepth` containers may be open at once. */
  constructor(encoding: DataSetEncoding, maxDepth: number) {
    this.#innermost = { container: 'data-set', encoding };
    this.#maxDepth = maxDepth;
  }

  get container(): Container {
    return this.#innermost.container;
  }

  /** Encoding of the elements at the current position. */
  get encoding(): DataSetEncoding {
    return this.#innermost.encoding;
  }

  /** Enters a container; false when it would be nested deeper than allowed. */
  open(container: 'sequence' | 'item', encoding: DataSetEncoding): boolean {
    if (this.#outer.length >= this.#maxDepth) return false;
    this.#outer.push(this.#innermost);
    this.#innermost = { container, encoding };
    return true;
  }

  /** Leaves the innermost sequence or item. */
  close(): void {
    this.#innermost = this.#outer.pop() ?? this.#innermost;
  }
}
