/** The time, injected so that rules about time can be tested without waiting. */
export interface Clock {
  /** Wall clock, milliseconds since the epoch. For records that people and other machines read. */
  readonly nowMs: () => number;
  /** A clock that never goes back, in milliseconds. For ages, leases and deadlines. */
  readonly monotonicMs: () => number;
}

/** A timer that can be called off. */
export interface Timer {
  readonly cancel: () => void;
}

/** Runs `task` once, `delayMs` from now. */
export type Schedule = (delayMs: number, task: () => void) => Timer;
