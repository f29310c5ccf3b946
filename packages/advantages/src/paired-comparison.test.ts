import { describe, expect, it } from 'vitest';
import { pairedComparison } from './paired-comparison.js';

describe('pairedComparison', () => {
  it('is the interval and the signs of the differences', () => {
    const { difference, signs } = pairedComparison([1, 2, 3, 4], [2, 3, 4, 5], { rng: () => 0.5 });
    expect(difference).toEqual({ mean: 1, low: 1, high: 1 });
    // 2 / 2^4.
    expect(signs).toEqual({ positive: 4, negative: 0, ties: 0, pValue: 0.125 });
    const worse = pairedComparison([5, 5, 5], [4, 5, 6], { rng: () => 0.5 });
    expect(worse.signs).toEqual({ positive: 1, negative: 1, ties: 1, pValue: 1 });
  });
});
