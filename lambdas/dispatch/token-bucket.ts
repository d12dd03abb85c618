/** How fast tokens flow into a bucket, and how many it holds. */
export interface Pace {
  readonly perSecond: number;
  readonly burst: number;
}

/** What is in a bucket at a moment, milliseconds since the epoch. */
export interface Bucket {
  readonly tokens: number;
  readonly atMs: number;
}

/** The bucket later on. A clock that went back fills nothing. */
export function filled({ tokens, atMs }: Bucket, { perSecond, burst }: Pace, nowMs: number): Bucket {
  const gained = (Math.max(0, nowMs - atMs) / 1_000) * perSecond;
  return { tokens: Math.min(burst, tokens + gained), atMs: Math.max(atMs, nowMs) };
}

/** How long until there is a whole token. */
export const msToToken = ({ tokens }: Bucket, { perSecond }: Pace): number =>
  tokens >= 1 ? 0 : Math.ceil(((1 - tokens) / perSecond) * 1_000);
