import type { Random } from '../../simulation/random.ts';
import { median } from '../measure/statistics.ts';

/** CPU time of two turns that follow each other in one process, in µs. */
export interface Pair {
  readonly bareMicros: number;
  readonly toldMicros: number;
}

/** How many times as much CPU as bare it takes to be told. */
export interface Overhead {
  /** The median over the generations. */
  readonly ratio: number;
  /** The generations that differ most. */
  readonly least: number;
  readonly most: number;
  /** Where the ratio lies, at 95 % confidence. */
  readonly from: number;
  readonly to: number;
}

export type Verdict = 'within' | 'above' | 'not shown';

const RESAMPLES = 2_000;
const CONFIDENCE = 0.95;

/**
 * What was told by what was bare, each summed up: the question is what all of it costs. Where the old generation of the heap
 * is collected, and code that it let go of is made anew, an association takes a quarter more; that is one in ten or so, and
 * telling has its share in bringing it about, so it belongs to the cost, and a median would leave it out. That few pairs
 * have it, by chance more of one kind, makes the interval wider and cannot pass for a result.
 */
export function costRatio(pairs: readonly Pair[]): number {
  let bareMicros = 0;
  let toldMicros = 0;
  for (const pair of pairs) {
    bareMicros += pair.bareMicros;
    toldMicros += pair.toldMicros;
  }
  return toldMicros / bareMicros;
}

/** The pair in the middle: closer than the sums, and without what comes with few associations. */
export const middleRatio = (pairs: readonly Pair[]): number =>
  median(pairs.map(({ bareMicros, toldMicros }) => toldMicros / bareMicros));

/**
 * @param generations the pairs of each process
 * @param ratioOf makes of its pairs the ratio of a process
 * @param random seeded, so that the same pairs give the same interval
 */
export function overheadOf(
  generations: readonly (readonly Pair[])[],
  ratioOf: (pairs: readonly Pair[]) => number,
  random: Random,
): Overhead {
  const ratios = generations.map(ratioOf);
  // Generations are drawn as well as their pairs: the claim is of any process, and they differ by more than their pairs tell.
  const resampled = Array.from({ length: RESAMPLES }, () =>
    median(drawn(generations, random).map((pairs) => ratioOf(drawn(pairs, random)))),
  ).sort((a, b) => a - b);
  const at = (share: number) => resampled[Math.round(share * (RESAMPLES - 1))] ?? Number.NaN;
  return {
    ratio: median(ratios),
    least: Math.min(...ratios),
    most: Math.max(...ratios),
    from: at((1 - CONFIDENCE) / 2),
    to: at((1 + CONFIDENCE) / 2),
  };
}

/** @param mostRatio that the aim allows */
export function verdictOf({ from, to }: Pick<Overhead, 'from' | 'to'>, mostRatio: number): Verdict {
  if (to <= mostRatio) return 'within';
  return from > mostRatio ? 'above' : 'not shown';
}

/** As many as there are, each any of them. */
function drawn<T>(items: readonly T[], random: Random): T[] {
  return items.flatMap(() => {
    const item = items[random.between(0, items.length - 1)];
    return item === undefined ? [] : [item];
  });
}
