import type { Peer } from '../../core/peers.ts';
import { neighbourOf } from './address.ts';
import type { Occupancy } from './judge.ts';

/** Counts live associations: overall, by network address, and by peer of the list. */
export class Admission {
  readonly #perNeighbour = new Map<string, number>();
  readonly #perTitle = new Map<string, number>();
  #live = 0;
  #draining = false;

  get live(): number {
    return this.#live;
  }

  /** From now on every association is refused. */
  drain(): void {
    this.#draining = true;
  }

  occupancy(isSaturated: boolean, isSpoolHigh = false): Occupancy {
    return {
      draining: this.#draining,
      associations: this.#live,
      ofAddress: (address) => this.#perNeighbour.get(neighbourOf(address)) ?? 0,
      ofPeer: ({ aeTitle }) => this.#perTitle.get(aeTitle) ?? 0,
      isSaturated,
      isSpoolHigh,
    };
  }

  /** An association begins; what is answered is to be called once, when it is over. */
  enter(address: string, peer: Peer | undefined): () => void {
    this.#live += 1;
    const leaveNeighbour = countUp(this.#perNeighbour, neighbourOf(address));
    const leaveTitle = peer === undefined ? () => undefined : countUp(this.#perTitle, peer.aeTitle);
    return () => {
      this.#live -= 1;
      leaveNeighbour();
      leaveTitle();
    };
  }
}

function countUp(counts: Map<string, number>, key: string): () => void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
  return () => {
    const left = (counts.get(key) ?? 0) - 1;
    if (left > 0) counts.set(key, left);
    else counts.delete(key);
  };
}
