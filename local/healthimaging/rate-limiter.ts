import type { Rate } from './quotas.ts';

/** What is in a token bucket at one moment of a monotonic clock. */
export interface Bucket {
  readonly tokens: number;
  readonly atMs: number;
}

/** Takes one token if there is one. A bucket never seen before (undefined) is full. */
export function takeToken(
  bucket: Bucket | undefined,
  rate: Rate,
  nowMs: number,
): { readonly taken: boolean; readonly bucket: Bucket } {
  const gained = bucket === undefined ? rate.burst : ((nowMs - bucket.atMs) / 1000) * rate.perSecond;
  const tokens = Math.min(rate.burst, (bucket?.tokens ?? 0) + gained);
  const taken = tokens >= 1;
  return { taken, bucket: { tokens: taken ? tokens - 1 : tokens, atMs: nowMs } };
}
