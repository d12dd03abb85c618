import type { TraceContext } from '../../../core/traceparent.ts';
import type { Instruments } from './instruments.ts';

type Outcome = 'kept' | 'identical';

/** An instance that was answered with success. */
export interface TalliedInstance {
  /** Its peer's, as a label. */
  readonly peer: string;
  readonly outcome: Outcome;
  readonly bytes: number;
  readonly storeSeconds: number;
  /** Where it belongs in a trace. */
  readonly trace: TraceContext | undefined;
}

interface PeerTally {
  readonly counts: Record<Outcome, number>;
  lastAtMs: number;
}

/** So many instances wait for a reading at the most. */
const MAX_INSTANCES = 256;

/**
 * What was counted and measured of instances since it was last handed over. The client finds a series by a key that it
 * makes anew each time, and its code and data are out of the caches each time an image has passed through them: done for
 * every instance, that was most of what telling cost, so it is done for many in one go.
 */
export class InstanceTally {
  readonly #exemplars: boolean;
  readonly #peers = new Map<string, PeerTally>();
  #storeSeconds: number[] = [];
  #keptBytes: number[] = [];
  /** Of those in sampled traces: it is what an exemplar is looked for. */
  #slowest: { readonly at: number; readonly trace: TraceContext } | undefined;

  /** @param exemplars whether times carry the trace that they were measured in */
  constructor(exemplars: boolean) {
    this.#exemplars = exemplars;
  }

  get isFull(): boolean {
    return this.#storeSeconds.length >= MAX_INSTANCES;
  }

  /** @param nowMs since the epoch */
  add({ peer: label, outcome, bytes, storeSeconds, trace }: TalliedInstance, nowMs: number): void {
    const peer = this.#peers.get(label) ?? this.#begin(label);
    peer.counts[outcome] += 1;
    peer.lastAtMs = nowMs;
    if (outcome === 'kept') this.#keptBytes.push(bytes);
    const at = this.#storeSeconds.push(storeSeconds) - 1;
    const slowestSeconds = this.#slowest === undefined ? 0 : (this.#storeSeconds[this.#slowest.at] ?? 0);
    if (this.#exemplars && trace?.isSampled && storeSeconds >= slowestSeconds) this.#slowest = { at, trace };
  }

  /** To be called before any of these is read, and when it is full. */
  handOver(instruments: Instruments): void {
    const { instances, peerInstances, peerLastInstance, storedBytes, instanceBytes } = instruments;
    for (const [label, { counts, lastAtMs }] of this.#peers) {
      for (const result of ['kept', 'identical'] as const) {
        instances.inc({ result }, counts[result]);
        peerInstances.inc({ calling_ae_title: label, result }, counts[result]);
      }
      peerLastInstance.set({ calling_ae_title: label }, lastAtMs / 1_000);
    }
    storedBytes.inc(this.#keptBytes.reduce((sum, bytes) => sum + bytes, 0));
    for (const bytes of this.#keptBytes) instanceBytes.observe(bytes);
    this.#handOverTimes(instruments);
    this.#peers.clear();
    this.#storeSeconds = [];
    this.#keptBytes = [];
    this.#slowest = undefined;
  }

  #handOverTimes({ storeSeconds }: Instruments): void {
    for (const [at, value] of this.#storeSeconds.entries()) {
      if (!this.#exemplars) storeSeconds.observe(value);
      else if (at !== this.#slowest?.at) storeSeconds.observe({ value });
      else {
        const { traceId, spanId } = this.#slowest.trace;
        storeSeconds.observe({ value, exemplarLabels: { trace_id: traceId, span_id: spanId } });
      }
    }
  }

  #begin(label: string): PeerTally {
    const peer = { counts: { kept: 0, identical: 0 }, lastAtMs: 0 };
    this.#peers.set(label, peer);
    return peer;
  }
}
