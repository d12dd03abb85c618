/** How often what happened. */
export class Tally {
  readonly #counts = new Map<string, number>();

  count(what: string, times = 1): void {
    if (times > 0) this.#counts.set(what, this.of(what) + times);
  }

  of(what: string): number {
    return this.#counts.get(what) ?? 0;
  }

  add(other: Tally): void {
    for (const [what, times] of other.#counts) this.count(what, times);
  }

  /** Most frequent first. */
  entries(): readonly (readonly [string, number])[] {
    return [...this.#counts].sort(([, a], [, b]) => b - a);
  }
}
