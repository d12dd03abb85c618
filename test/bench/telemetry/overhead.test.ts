import { describe, expect, it } from 'vitest';
import { Random } from '../../simulation/random.ts';
import { costRatio, middleRatio, overheadOf, type Pair, verdictOf } from './overhead.ts';

const pair = (bareMicros: number, toldMicros: number): Pair => ({ bareMicros, toldMicros });

/** Pairs whose two costs are off by up to `noise` each, by chance. */
function noisyPairs(count: number, ratio: number, noise: number, random: Random): Pair[] {
  const off = () => 1 + noise * (2 * random.next() - 1);
  return Array.from({ length: count }, () => pair(1_000 * off(), 1_000 * ratio * off()));
}

const generationsOf = (ratios: readonly number[], noise: number, seed: number): Pair[][] => {
  const random = new Random(seed);
  return ratios.map((ratio) => noisyPairs(40, ratio, noise, random));
};

describe('what telling costs', () => {
  it('is the sum of what was told by the sum of what was bare', () => {
    expect(costRatio([pair(100, 110), pair(300, 310)])).toBe(420 / 400);
  });

  it('counts what comes with few associations, which the pair in the middle does not', () => {
    const pairs = Array.from({ length: 10 }, (_, number) => pair(100, number === 0 ? 200 : 100));
    expect(costRatio(pairs)).toBe(1.1);
    expect(middleRatio(pairs)).toBe(1);
  });

  it('is the median over generations, with those that differ most', () => {
    const generations = [1.02, 1.3, 1.04].map((ratio) => [pair(1_000, 1_000 * ratio)]);
    expect(overheadOf(generations, costRatio, new Random(1))).toMatchObject({ ratio: 1.04, least: 1.02, most: 1.3 });
  });

  it('is sure where nothing differs', () => {
    const generations = [[pair(100, 103), pair(200, 206)], [pair(50, 51.5)]];
    const { from, to } = overheadOf(generations, costRatio, new Random(1));
    expect(from).toBeCloseTo(1.03, 10);
    expect(to).toBeCloseTo(1.03, 10);
  });

  it('has the same interval for the same seed', () => {
    const generations = generationsOf([1.03, 1.03, 1.03, 1.03], 0.1, 5);
    expect(overheadOf(generations, costRatio, new Random(7))).toEqual(
      overheadOf(generations, costRatio, new Random(7)),
    );
  });

  it('has an interval that holds the ratio of most experiments', () => {
    const experiments = Array.from({ length: 40 }, (_, seed) => generationsOf([1.03, 1.03, 1.03, 1.03], 0.1, seed));
    const held = experiments.map((generations) => overheadOf(generations, costRatio, new Random(1)));
    expect(held.filter(({ from, to }) => from <= 1.03 && 1.03 <= to).length).toBeGreaterThanOrEqual(35);
    expect(Math.max(...held.map(({ from, to }) => to - from))).toBeLessThan(0.08);
  });

  it('is the less sure the more generations differ', () => {
    const width = (ratios: readonly number[]) => {
      const { from, to } = overheadOf(generationsOf(ratios, 0.02, 3), costRatio, new Random(1));
      return to - from;
    };
    expect(width([0.95, 1.01, 1.05, 1.11])).toBeGreaterThan(4 * width([1.03, 1.03, 1.03, 1.03]));
  });
});

describe('the verdict', () => {
  it.each([
    { from: 1.01, to: 1.05, verdict: 'within' },
    { from: 1.051, to: 1.09, verdict: 'above' },
    { from: 1.05, to: 1.09, verdict: 'not shown' },
    { from: 0.97, to: 1.06, verdict: 'not shown' },
  ])('of $from to $to is "$verdict"', ({ from, to, verdict }) => {
    expect(verdictOf({ from, to }, 1.05)).toBe(verdict);
  });
});
