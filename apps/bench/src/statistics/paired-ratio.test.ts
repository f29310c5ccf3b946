import { expect, test } from 'vitest';
import { pairedRatio } from './paired-ratio.js';

test('is the geometric mean of the ratios', () => {
  // Ratios 1/2, 2 and 8: (1/2 * 2 * 8)^(1/3) = 2.
  const { mean, low, high } = pairedRatio([1, 4, 16], [2, 2, 2]);
  expect(mean).toBeCloseTo(2, 12);
  // Among 27 resamples the three that hold one value thrice lie at the ends.
  expect(low).toBeCloseTo(0.5, 12);
  expect(high).toBeCloseTo(8, 12);
});

test('what slows both samples of a pair cancels', () => {
  // The machine is 1, 5 and 20 times as slow; ours takes .4 of theirs each time.
  const { mean, low, high } = pairedRatio([0.4, 2, 8], [1, 5, 20]);
  expect([mean, low, high].map((value) => value.toFixed(12))).toEqual(Array(3).fill('0.400000000000'));
});

test('turned round, ratio and bounds are the reciprocals', () => {
  const [a, b] = [
    [1.1, 1.3, 0.9, 1.4, 1.2],
    [2.5, 2.1, 2.2, 2.6, 2.3],
  ];
  const [forth, back] = [pairedRatio(a, b), pairedRatio(b, a)];
  expect(back.mean).toBeCloseTo(1 / forth.mean, 12);
  expect(back.low).toBeCloseTo(1 / forth.high, 2);
  expect(back.high).toBeCloseTo(1 / forth.low, 2);
});

test('the interval of normal noise is that of the theory', () => {
  // ln ratio = +-0.1 in turn, 40 times: mean 0, s = 0.1, half width 1.96 * 0.1 / sqrt(40) = 0.031.
  const above = Array.from({ length: 40 }, (_, i) => Math.exp(i % 2 === 0 ? 0.1 : -0.1));
  const { mean, low, high } = pairedRatio(above, new Array<number>(40).fill(1));
  expect(mean).toBeCloseTo(1, 12);
  expect(Math.log(low)).toBeCloseTo(-0.031, 2);
  expect(Math.log(high)).toBeCloseTo(0.031, 2);
});

test('the same samples give the same interval', () => {
  const samples = [
    [1, 2, 3, 4, 5],
    [5, 3, 4, 2, 6],
  ] as const;
  expect(pairedRatio(...samples)).toEqual(pairedRatio(...samples));
});

test('refuses what does not pair, nothing, and times that are none', () => {
  expect(() => pairedRatio([1, 2], [1])).toThrow('below: must pair with the 2 values of above, got 1');
  expect(() => pairedRatio([], [])).toThrow(RangeError);
  expect(() => pairedRatio([0], [1])).toThrow('above: finite numbers above 0, got 0');
  expect(() => pairedRatio([1], [Number.NaN])).toThrow('below: finite numbers above 0, got NaN');
});
