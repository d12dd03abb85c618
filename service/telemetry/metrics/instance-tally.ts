import type { Instruments } from './instruments.ts';

type Outcome = 'kept' | 'identical';

interface PeerTally {
  readonly counts: Record<Outcome, number>;
  lastAtMs: number;
}

/**
 * What was counted of instances since it was last handed over. The client finds a series by a key that it makes anew
 * each time; for every instance that was most of what telling cost, so it is done once for each reading.
 */
export class InstanceTally {
  readonly #peers = new Map<string, PeerTally>();
  #storedBytes = 0;

  /** @param nowMs since the epoch */
  add(peerLabel: string, outcome: Outcome, bytes: number, nowMs: number): void {
    const peer = this.#peers.get(peerLabel) ?? this.#begin(peerLabel);
    peer.counts[outcome] += 1;
    peer.lastAtMs = nowMs;
    if (outcome === 'kept') this.#storedBytes += bytes;
  }

  /** To be called before any of these is read. */
  handOver({ instances, peerInstances, peerLastInstance, storedBytes }: Instruments): void {
    for (const [label, { counts, lastAtMs }] of this.#peers) {
      for (const result of ['kept', 'identical'] as const) {
        instances.inc({ result }, counts[result]);
        peerInstances.inc({ calling_ae_title: label, result }, counts[result]);
      }
      peerLastInstance.set({ calling_ae_title: label }, lastAtMs / 1_000);
    }
    storedBytes.inc(this.#storedBytes);
    this.#peers.clear();
    this.#storedBytes = 0;
  }

  #begin(peerLabel: string): PeerTally {
    const peer = { counts: { kept: 0, identical: 0 }, lastAtMs: 0 };
    this.#peers.set(peerLabel, peer);
    return peer;
  }
}
