/** Intervals that double from `firstMs` to `maxMs`. */
export interface BackOff {
  readonly firstMs: number;
  readonly maxMs: number;
}

/** For instances that are on their way: a batch is sealed within seconds or minutes. */
export const lookAgain: BackOff = { firstMs: 2_000, maxMs: 60_000 };

/** For peers that do not take a report: switched off over night, as likely as not. */
export const reportAgain: BackOff = { firstMs: 10_000, maxMs: 1_800_000 };

/**
 * How long to wait after so many tries (0 before the first that failed): between half and all of the interval, so that
 * those who failed together do not come back together.
 * @param random from 0 to 1
 */
export function backOffMs(tries: number, { firstMs, maxMs }: BackOff, random: number): number {
  const intervalMs = Math.min(firstMs * 2 ** Math.min(tries, 30), maxMs);
  return Math.round(intervalMs / 2 + (intervalMs / 2) * random);
}
