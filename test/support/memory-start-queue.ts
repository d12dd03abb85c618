import { laneAtWork } from '../../lambdas/dispatch/lane.ts';
import { type LimiterState, limiterStateOf } from '../../lambdas/dispatch/limiter-state.ts';
import type { StartQueue } from '../../lambdas/dispatch/start-queue.ts';
import type { MemoryLedger } from './memory-ledger.ts';

/** The queue in memory, over a ledger in memory. */
export class MemoryStartQueue implements StartQueue {
  readonly #ledger: MemoryLedger;
  readonly #lanes = new Set<string>();
  #owner: string | undefined;
  #untilMs = Number.NEGATIVE_INFINITY;
  #state: Omit<LimiterState, 'lanes'> | undefined;

  constructor(ledger: MemoryLedger) {
    this.#ledger = ledger;
  }

  readonly join: StartQueue['join'] = async ({ name }) => {
    this.#lanes.add(name);
  };

  readonly headOf: StartQueue['headOf'] = async ({ name }, limit) => this.#ledger.inLane(name, limit);

  readonly countAtWork: StartQueue['countAtWork'] = async (datastoreId) =>
    this.#ledger.countLane(laneAtWork(datastoreId));

  readonly acquire: StartQueue['acquire'] = async ({ owner, untilMs }, nowMs) => {
    if (this.#untilMs >= nowMs) return undefined;
    this.#owner = owner;
    this.#untilMs = untilMs;
    return this.#read(nowMs);
  };

  readonly save: StartQueue['save'] = async ({ owner, untilMs }, { lanes: _, ...state }) => {
    if (this.#owner !== owner) return undefined;
    this.#untilMs = untilMs;
    this.#state = state;
    return this.#read(state.atMs);
  };

  readonly release: StartQueue['release'] = async ({ owner, untilMs }) => {
    if (this.#owner === owner) this.#untilMs = untilMs;
  };

  #read(nowMs: number): LimiterState {
    return limiterStateOf({ ...this.#state, lanes: this.#lanes }, nowMs);
  }
}
