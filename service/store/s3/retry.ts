import { isServerError, isThrottlingError, isTransientError } from '@smithy/core/retry';
import type { Clock, Schedule } from '../../../core/clock.ts';

export interface RetryOptions {
  readonly clock: Pick<Clock, 'monotonicMs'>;
  readonly schedule: Schedule;
  /** From 0 to 1. */
  readonly random: () => number;
}

/** Until when, by the monotonic clock, and what ends it before. */
export interface Deadline {
  readonly untilMs: number;
  readonly signal?: AbortSignal;
}

/** The SDK's first delays; ours grow further, since there is a deadline. */
const TRANSIENT_DELAY_MS = 100;
const THROTTLED_DELAY_MS = 500;
const MAX_DELAY_MS = 5_000;

/**
 * What the SDK does not repeat and may be repeated here, because a body is in memory until it is stored: bytes that
 * were damaged, cut off or held on their way, a conflict with a request of our own that is still running, and an error
 * inside an answer of 200.
 */
const REPEATED = new Set([
  'BadDigest',
  'ConditionalRequestConflict',
  'IncompleteBody',
  'InternalError',
  'OperationAborted',
  'RequestExpired',
  'ServiceUnavailable',
  'XAmzContentChecksumMismatch',
]);

/** Whether a request that failed so may be sent again, and what kind of delay it takes. */
export function retryKind(error: unknown): 'throttled' | 'transient' | 'never' {
  if (!isSdkError(error)) return 'never';
  if (isThrottlingError(error)) return 'throttled';
  return isTransientError(error) || isServerError(error) || REPEATED.has(error.name) ? 'transient' : 'never';
}

/** The SDK's own type for what it judges; every field but those of an error may be missing. */
type SdkError = Parameters<typeof isThrottlingError>[0];
export const isSdkError = (error: unknown): error is SdkError => error instanceof Error;

/** Repeats what fails for a while, with exponential delays and full jitter, within one deadline. */
export class Retry {
  readonly #options: RetryOptions;

  constructor(options: RetryOptions) {
    this.#options = options;
  }

  deadline(ms: number): Deadline {
    return { untilMs: this.#options.clock.monotonicMs() + ms };
  }

  /** Negative when it is over. */
  leftMs({ untilMs }: Deadline): number {
    return untilMs - this.#options.clock.monotonicMs();
  }

  /**
   * Resolves to what `attempt` gives. Rejects with its error when that is for good or no time is left for another
   * attempt, and with a TimeoutError when the deadline cuts an attempt off.
   */
  async run<T>({ untilMs, signal }: Deadline, attempt: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const { clock, schedule, random } = this.#options;
    const ending = new AbortController();
    let last: unknown;
    const timer = schedule(Math.max(0, untilMs - clock.monotonicMs()), () => ending.abort(timeout(last)));
    const end = () => ending.abort(signal?.reason);
    signal?.addEventListener('abort', end, { once: true });
    try {
      signal?.throwIfAborted();
      for (let attempts = 0; ; attempts++) {
        try {
          return await attempt(ending.signal);
        } catch (error) {
          ending.signal.throwIfAborted();
          const kind = retryKind(error);
          if (kind === 'never') throw error;
          const firstMs = kind === 'throttled' ? THROTTLED_DELAY_MS : TRANSIENT_DELAY_MS;
          const delayMs = random() * Math.min(MAX_DELAY_MS, firstMs * 2 ** attempts);
          if (clock.monotonicMs() + delayMs >= untilMs) throw error;
          last = error;
          await this.#pause(delayMs, ending.signal);
        }
      }
    } finally {
      timer.cancel();
      signal?.removeEventListener('abort', end);
    }
  }

  #pause(delayMs: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = this.#options.schedule(delayMs, () => {
        signal.removeEventListener('abort', giveUp);
        resolve();
      });
      const giveUp = () => {
        timer.cancel();
        reject(signal.reason);
      };
      signal.addEventListener('abort', giveUp, { once: true });
    });
  }
}

function timeout(cause: unknown): Error {
  const error = new Error('S3 did not answer before the deadline', cause === undefined ? undefined : { cause });
  error.name = 'TimeoutError';
  return error;
}
