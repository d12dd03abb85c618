import type { Clock } from '../../core/clock.ts';

export interface RateLimitOptions {
  readonly perSecond: number;
  /** Most that can be saved up in quiet times. */
  readonly burst: number;
  /** Keys that are remembered; beyond, those not heard of for longest are forgotten. */
  readonly maxKeys: number;
  readonly clock: Clock;
}

interface Bucket {
  tokens: number;
  atMs: number;
  isDry: boolean;
}

/** Token buckets, one per key. */
export class RateLimit {
  readonly #options: RateLimitOptions;
  readonly #buckets = new Map<string, Bucket>();

  constructor(options: RateLimitOptions) {
    this.#options = options;
  }

  /** Takes one token; `ran-dry` is the first refusal since the last that was taken. */
  take(key: string): 'taken' | 'ran-dry' | 'dry' {
    const { perSecond, burst, clock } = this.#options;
    const nowMs = clock.monotonicMs();
    const bucket = this.#buckets.get(key) ?? { tokens: burst, atMs: nowMs, isDry: false };
    bucket.tokens = Math.min(burst, bucket.tokens + ((nowMs - bucket.atMs) / 1000) * perSecond);
    bucket.atMs = nowMs;
    this.#remember(key, bucket);
    if (bucket.tokens >= 1) {
      bucket.tokens -= 1;
      bucket.isDry = false;
      return 'taken';
    }
    const ranDry = !bucket.isDry;
    bucket.isDry = true;
    return ranDry ? 'ran-dry' : 'dry';
  }

  /** A map keeps the order of insertion: the first key is the one not heard of for longest. */
  #remember(key: string, bucket: Bucket): void {
    this.#buckets.delete(key);
    this.#buckets.set(key, bucket);
    if (this.#buckets.size <= this.#options.maxKeys) return;
    const [oldest] = this.#buckets.keys();
    if (oldest !== undefined) this.#buckets.delete(oldest);
  }
}
