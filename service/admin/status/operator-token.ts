import { createHash, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../../core/clock.ts';

/** Guesses that are looked at in a minute; more are not, the right one included. */
const MAX_FAILURES = 5;
const WINDOW_MS = 60_000;
const MIN_CHARACTERS = 20;

export type TokenVerdict = 'right' | 'wrong' | 'too-many-wrong';

/** The file of the token holds none that is fit. */
export class OperatorTokenError extends Error {
  override readonly name = 'OperatorTokenError';
  readonly code = 'OPERATOR_TOKEN_INVALID';
}

/** Knows the token of those who may change something, and lets nobody guess it. */
export class OperatorToken {
  readonly #digest: Buffer;
  readonly #clock: Clock;
  #failures: number[] = [];

  /**
   * @param text what the file holds; blanks around it do not count
   * @throws OperatorTokenError when it is too short to withstand guessing
   */
  constructor(text: string, clock: Clock) {
    const token = text.trim();
    if (token.length < MIN_CHARACTERS) {
      throw new OperatorTokenError(`the token of operators has fewer than ${MIN_CHARACTERS} characters`);
    }
    this.#digest = digestOf(token);
    this.#clock = clock;
  }

  check(given: string): TokenVerdict {
    const nowMs = this.#clock.monotonicMs();
    this.#failures = this.#failures.filter((failedMs) => nowMs - failedMs < WINDOW_MS);
    if (this.#failures.length >= MAX_FAILURES) return 'too-many-wrong';
    // Digests have one length whatever was given.
    if (timingSafeEqual(digestOf(given.trim()), this.#digest)) return 'right';
    this.#failures.push(nowMs);
    return 'wrong';
  }
}

const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest();
