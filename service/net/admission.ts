export interface AdmissionLimits {
  readonly maxAssociations: number;
  readonly maxAssociationsPerPeer: number;
}

export type AdmissionRefusal = 'draining' | 'too-many-associations' | 'too-many-associations-of-peer';

/** Counts live associations, overall and per network address, and says when one more is too many. */
export class Admission {
  readonly #limits: AdmissionLimits;
  readonly #perPeer = new Map<string, number>();
  #live = 0;
  #draining = false;

  constructor(limits: AdmissionLimits) {
    this.#limits = limits;
  }

  get live(): number {
    return this.#live;
  }

  /** From now on every association is refused. */
  drain(): void {
    this.#draining = true;
  }

  /** Why an association from this address cannot be taken now; undefined when it can. */
  refusalFor(peerAddress: string): AdmissionRefusal | undefined {
    if (this.#draining) return 'draining';
    if (this.#live >= this.#limits.maxAssociations) return 'too-many-associations';
    const ofPeer = this.#perPeer.get(peerAddress) ?? 0;
    return ofPeer >= this.#limits.maxAssociationsPerPeer ? 'too-many-associations-of-peer' : undefined;
  }

  enter(peerAddress: string): void {
    this.#live += 1;
    this.#perPeer.set(peerAddress, (this.#perPeer.get(peerAddress) ?? 0) + 1);
  }

  leave(peerAddress: string): void {
    this.#live -= 1;
    const left = (this.#perPeer.get(peerAddress) ?? 0) - 1;
    if (left > 0) this.#perPeer.set(peerAddress, left);
    else this.#perPeer.delete(peerAddress);
  }
}
