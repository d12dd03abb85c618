import type { Acknowledged } from '../faults/load.ts';

/** What the modalities have seen in a part of a rehearsal. */
export interface WardFigures {
  readonly associations: number;
  readonly instances: number;
  /** Attempts that did not bring all instances of a study over. */
  readonly failedAttempts: number;
  /** How often each kind of failure came. */
  readonly failures: Readonly<Record<string, number>>;
  /** Studies that failed and were sent to their end by a retry. */
  readonly curedStudies: number;
  /** From the first failure of a study to its end. */
  readonly longestCureMs: number;
  /** The longest time in which no instance of any modality was acknowledged, as far as the ends of attempts tell. */
  readonly longestGapMs: number;
}

/** The account of all modalities together. */
export class Ward {
  /** Everything that success was answered for. */
  readonly account = new Map<string, Acknowledged>();
  readonly problems: string[] = [];
  #failures = new Map<string, number>();
  #associations = 0;
  #cures: number[] = [];
  #instancesBefore = 0;
  #lastAtMs = performance.now();
  #longestGapMs = 0;

  associated(failure: string | undefined): void {
    this.#associations += 1;
    if (failure !== undefined) this.#failures.set(failure, (this.#failures.get(failure) ?? 0) + 1);
  }

  acknowledged(uid: string, digest: Acknowledged): void {
    this.account.set(uid, digest);
    const nowMs = performance.now();
    this.#longestGapMs = Math.max(this.#longestGapMs, nowMs - this.#lastAtMs);
    this.#lastAtMs = nowMs;
  }

  cured(tookMs: number): void {
    this.#cures.push(tookMs);
  }

  gaveUp(problem: string): void {
    this.problems.push(problem);
  }

  /** The figures since the last call. */
  take(): WardFigures {
    const figures = {
      associations: this.#associations,
      instances: this.account.size - this.#instancesBefore,
      failedAttempts: [...this.#failures.values()].reduce((sum, times) => sum + times, 0),
      failures: Object.fromEntries(this.#failures),
      curedStudies: this.#cures.length,
      longestCureMs: Math.round(Math.max(0, ...this.#cures)),
      longestGapMs: Math.round(this.#longestGapMs),
    };
    this.#instancesBefore = this.account.size;
    this.#associations = 0;
    this.#failures = new Map();
    this.#cures = [];
    this.#longestGapMs = 0;
    return figures;
  }
}
