import { StoreFault, type StoreFaultCode } from '../../core/object-store.ts';
import type { Random } from './random.ts';
import type { Scheduler, SimulatedProcess } from './scheduler.ts';
import type { Trace } from './trace.ts';

/** Who sent a request waits this long for the answer. It lands sooner, or never; or much later, if something held it. */
export const REQUEST_LIFE_MS = 25_000;
/** Something between a process and the store may hold a request so long and deliver it then. */
const MAX_HELD_MS = 240_000;

/** What goes wrong on the way of a process to the store and the services. */
export interface Weather {
  /** Nothing gets through. */
  partitioned: boolean;
  /** Leases cannot be written although everything else works. */
  leasesRefused: boolean;
}

/** When a request was made, and when it left its process: later, if that was frozen in between. */
export interface Way {
  readonly madeAtMs: number;
  readonly departedAtMs: number;
}

export interface Request<T> {
  /** For the trace. */
  readonly name: string;
  readonly isLease?: boolean;
  /** Whether something on its way may hold it for minutes. */
  readonly mayBeHeld?: boolean;
  /** What it does where it lands. */
  readonly effect: (way: Way) => T;
}

/** Carries requests: slowly, twice, not at all, without an answer, or when nobody waits for it any more. */
export class Network {
  readonly #scheduler: Scheduler;
  readonly #random: Random;
  readonly #trace: Trace;
  readonly #weathers = new Map<SimulatedProcess, Weather>();
  /** The share of requests with which something is wrong beside the weather. */
  faultRate: number;

  constructor(scheduler: Scheduler, random: Random, trace: Trace, faultRate: number) {
    this.#scheduler = scheduler;
    this.#random = random;
    this.#trace = trace;
    this.faultRate = faultRate;
  }

  weatherOf(process: SimulatedProcess): Weather {
    const weather = this.#weathers.get(process) ?? { partitioned: false, leasesRefused: false };
    this.#weathers.set(process, weather);
    return weather;
  }

  /** @throws StoreFault, after the request was done or without its ever being done */
  call<T>(process: SimulatedProcess, request: Request<T>): Promise<T> {
    const madeAtMs = this.#scheduler.nowMs;
    return new Promise((resolve, reject) => {
      // A request leaves a moment after it was made: a freeze may come in between.
      this.#scheduler.after(0, () => this.#depart(process, request, madeAtMs, resolve, reject), process);
    });
  }

  #depart<T>(
    process: SimulatedProcess,
    { name, isLease = false, mayBeHeld = false, effect }: Request<T>,
    madeAtMs: number,
    resolve: (result: T) => void,
    reject: (fault: unknown) => void,
  ): void {
    const departedAtMs = this.#scheduler.nowMs;
    const weather = this.weatherOf(process);
    const timeout = this.#scheduler.after(REQUEST_LIFE_MS, () => reject(faultOf('STORE_TIMEOUT')), process);
    const answer = (delayMs: number, settle: () => void) =>
      this.#scheduler.after(
        delayMs,
        () => {
          if (this.weatherOf(process).partitioned) return;
          timeout.cancel();
          settle();
        },
        process,
      );
    const refuse = (delayMs: number) => answer(delayMs, () => reject(faultOf('STORE_UNAVAILABLE')));
    if (weather.partitioned) return;
    const fate = this.#fate(mayBeHeld);
    const there = fate === 'held' ? this.#heldMs() : this.#latencyMs();
    if (fate === 'refused' || (isLease && weather.leasesRefused)) {
      refuse(there);
      return;
    }
    const land = (delayMs: number, isAnswered: boolean) =>
      this.#scheduler.after(delayMs, () => {
        let outcome: { readonly result: T } | { readonly error: unknown };
        try {
          outcome = { result: effect({ madeAtMs, departedAtMs }) };
        } catch (error) {
          outcome = { error };
        }
        this.#trace.say(
          process.name,
          `${name}${fate === 'done' ? '' : ` (${fate})`}${isAnswered ? '' : ', unanswered'}`,
        );
        if (!isAnswered) return;
        const back = this.#latencyMs();
        if (fate === 'answer-lost') {
          if (this.#random.chance(0.5)) refuse(back);
          return;
        }
        answer(back, () => {
          if ('result' in outcome) resolve(outcome.result);
          else reject(outcome.error);
        });
      });
    const again = fate === 'twice' || fate === 'twice-late';
    // The client has sent it again on another connection; the one that it has given up may land later still.
    if (again) land(this.#random.between(0, fate === 'twice' ? there : REQUEST_LIFE_MS - 1), false);
    land(there, fate !== 'held');
  }

  #fate(mayBeHeld: boolean): 'done' | 'refused' | 'answer-lost' | 'twice' | 'twice-late' | 'held' {
    if (!this.#random.chance(this.faultRate)) return 'done';
    const fates = ['refused', 'refused', 'answer-lost', 'answer-lost', 'twice', 'twice-late'] as const;
    return this.#random.pick(mayBeHeld ? [...fates, 'held', 'held'] : fates);
  }

  /** Often just longer than anybody waits. */
  #heldMs(): number {
    return REQUEST_LIFE_MS + this.#random.between(0, this.#random.pick([5_000, MAX_HELD_MS]));
  }

  /** One way. Two ways are always shorter than a request lives. */
  #latencyMs(): number {
    const kind = this.#random.next();
    if (this.faultRate === 0 || kind < 0.9) return this.#random.between(1, 40);
    return kind < 0.98 ? this.#random.between(40, 2_000) : this.#random.between(2_000, REQUEST_LIFE_MS / 2 - 1);
  }
}

const faultOf = (code: StoreFaultCode) => new StoreFault(code, 'the simulated network', { retryable: true });
