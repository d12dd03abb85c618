import { expect, it } from 'vitest';
import { slopeOf } from './slope.ts';

it('finds how steeply points rise, whatever scatters about the line', () => {
  expect(slopeOf([0, 1, 2, 3].map((x) => [x, 5]))).toBe(0);
  expect(slopeOf([0, 1, 2, 3].map((x) => [x, 2 * x + (x % 2)]))).toBeCloseTo(2.2);
  expect(slopeOf([[1, 1]])).toBe(0);
});
