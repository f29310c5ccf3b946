import { expect, it } from 'vitest';
import { meanOverSeeds } from './mean-over-seeds.js';

it('is the mean with Student’s interval', () => {
  // Mean .04; deviations -.02, 0, .02: s = .02; half = 4.303 x .02 / sqrt(3) = .049687.
  const { mean, low, high } = meanOverSeeds([0.02, 0.04, 0.06]);
  expect(mean).toBeCloseTo(0.04, 10);
  expect(low).toBeCloseTo(-0.009687, 5);
  expect(high).toBeCloseTo(0.089687, 5);
});

it('has width 0 for equal differences and keeps the last quantile beyond 31 seeds', () => {
  expect(meanOverSeeds([0.1, 0.1])).toEqual({ mean: 0.1, low: 0.1, high: 0.1 });
  // 40 values, half of them 0 and half 1: s = sqrt(10 / 39); half = 2.042 s / sqrt(40).
  const values = Array.from({ length: 40 }, (_, index) => index % 2);
  expect(meanOverSeeds(values).high).toBeCloseTo(0.5 + (2.042 * Math.sqrt(10 / 39)) / Math.sqrt(40), 10);
});

it('refuses one seed, of which no spread is known', () => {
  expect(() => meanOverSeeds([0.1])).toThrow('differences: must hold at least 2 values, got 1');
});
