import { compareKeys, firstIndex } from './key-order.ts';

/** The keys of a bucket, in S3's order, with the path of each. */
export class KeyIndex {
  readonly #paths: Map<string, string>;
  readonly #sorted: string[];

  constructor(paths: ReadonlyMap<string, string>) {
    this.#paths = new Map(paths);
    this.#sorted = [...paths.keys()].sort(compareKeys);
  }

  get sortedKeys(): readonly string[] {
    return this.#sorted;
  }

  pathOf(key: string): string | undefined {
    return this.#paths.get(key);
  }

  add(key: string, path: string): void {
    if (!this.#paths.has(key)) this.#sorted.splice(this.#placeOf(key), 0, key);
    this.#paths.set(key, path);
  }

  remove(key: string): void {
    if (this.#paths.delete(key)) this.#sorted.splice(this.#placeOf(key), 1);
  }

  #placeOf(key: string): number {
    return firstIndex(this.#sorted, (other) => compareKeys(other, key) >= 0);
  }
}
