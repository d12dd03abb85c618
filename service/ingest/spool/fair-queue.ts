/** First in, first out, within one lane. */
class Lane<T> {
  #items: T[] = [];
  #next = 0;

  get isEmpty(): boolean {
    return this.#next === this.#items.length;
  }

  push(item: T): void {
    this.#items.push(item);
  }

  shift(): T | undefined {
    const item = this.#items[this.#next];
    this.#next += 1;
    if (this.#next * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#next);
      this.#next = 0;
    }
    return item;
  }
}

/**
 * Items in lanes that take turns: a lane with thousands waiting does not hold up one with a single item. Urgent lanes
 * go before all others.
 */
export class FairQueue<T> {
  /** Those with items, the next one first. */
  readonly #urgent = new Map<string, Lane<T>>();
  readonly #others = new Map<string, Lane<T>>();

  push(laneName: string, isUrgent: boolean, item: T): void {
    const lanes = isUrgent ? this.#urgent : this.#others;
    const lane = lanes.get(laneName) ?? new Lane();
    lane.push(item);
    lanes.set(laneName, lane);
  }

  /** The next item, or undefined when there is none. */
  take(): T | undefined {
    return takeFrom(this.#urgent) ?? takeFrom(this.#others);
  }
}

function takeFrom<T>(lanes: Map<string, Lane<T>>): T | undefined {
  const [first] = lanes;
  if (first === undefined) return undefined;
  const [name, lane] = first;
  const item = lane.shift();
  // To the end of the row.
  lanes.delete(name);
  if (!lane.isEmpty) lanes.set(name, lane);
  return item;
}
