import type { Admission } from './admission.ts';
import type { BytesInFlight } from './bytes-in-flight.ts';
import { type Claims, type Judgement, judge, type Rules } from './judge.ts';
import type { PeerFacts } from './peer-facts.ts';
import type { PeerList } from './peer-list.ts';
import type { RecordedPeers } from './recorded-peers.ts';

export interface GatekeeperOptions {
  readonly rules: Rules;
  /** The list as it is now. Associations that are open keep the terms that they were given. */
  readonly peers: () => PeerList;
  readonly admission: Admission;
  readonly bytesInFlight: BytesInFlight;
  readonly isSpoolHigh: () => boolean;
  readonly recordedPeers: RecordedPeers;
}

/** Judges who asks for an association, by what is known and what is going on at that moment. */
export class Gatekeeper {
  readonly #options: GatekeeperOptions;

  constructor(options: GatekeeperOptions) {
    this.#options = options;
  }

  judge(facts: PeerFacts, claims: Claims): Judgement {
    const { rules, peers, admission, bytesInFlight, isSpoolHigh, recordedPeers } = this.#options;
    const occupancy = admission.occupancy(bytesInFlight.isSaturated, isSpoolHigh());
    const judgement = judge(facts, claims, rules, peers(), occupancy);
    const isUnknown = judgement.accepted && judgement.peer === undefined;
    if (isUnknown && rules.unknownPeers === 'record') recordedPeers.record(facts, claims);
    return judgement;
  }
}
