/** A list that can be waited on: conditions instead of sleeps. */
export class AwaitedList<T> {
  readonly items: T[] = [];
  #waiting: (() => void)[] = [];

  push(item: T): void {
    this.items.push(item);
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }

  /** The first item for which `matches` holds, now or later. */
  async first(matches: (item: T) => boolean): Promise<T> {
    for (;;) {
      const found = this.items.find(matches);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }
}
