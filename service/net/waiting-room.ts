/** Somebody who can be sent away. */
export interface Waiting {
  readonly leave: () => void;
}

/**
 * Those who are connected and have no association. Their number is bounded: for one more, the one who has waited
 * longest has to go. An honest peer is here for milliseconds, so it is not the one.
 */
export class WaitingRoom<W extends Waiting> {
  readonly #places: number;
  readonly #waiting = new Set<W>();

  constructor(places: number) {
    this.#places = places;
  }

  enter(waiting: W): void {
    this.#waiting.add(waiting);
    if (this.#waiting.size <= this.#places) return;
    const [longest] = this.#waiting;
    if (longest === undefined) return;
    this.#waiting.delete(longest);
    longest.leave();
  }

  /** It has an association now, or is gone. */
  exit(waiting: W): void {
    this.#waiting.delete(waiting);
  }
}
