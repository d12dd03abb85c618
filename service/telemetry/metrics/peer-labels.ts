/** The label of all who are not configured. */
export const OTHER = 'other';
/** Peers beyond that have no label of their own: each costs five series. */
const MAX_LABELS = 500;

/**
 * Calling AE titles as labels. A peer chooses its title, and a label that anybody may invent is a way to fill the memory
 * of whoever keeps the metrics: so only titles that the operator has listed are told apart.
 */
export class PeerLabels {
  readonly #always: readonly string[];
  #known: ReadonlySet<string>;

  /** @param always titles that are known whatever the list of peers says */
  constructor(always: readonly string[]) {
    this.#always = always;
    this.#known = new Set(always.slice(0, MAX_LABELS));
  }

  /** @returns the labels that there are now */
  list(callingAeTitles: readonly string[]): readonly string[] {
    this.#known = new Set([...this.#always, ...callingAeTitles].slice(0, MAX_LABELS));
    return this.all;
  }

  get all(): readonly string[] {
    return [...this.#known, OTHER];
  }

  of(callingAeTitle: string): string {
    return this.#known.has(callingAeTitle) ? callingAeTitle : OTHER;
  }
}
