import { describe, expect, it } from 'vitest';
import { normalQuantile } from './normal-quantile.js';

describe('normalQuantile', () => {
  it.each([
    // Tables of the standard normal distribution.
    [0.5, 0],
    [0.841344746068543, 1],
    [0.975, 1.959963984540054],
    [0.995, 2.5758293035489004],
    [0.0013498980316300933, -3],
  ])('of %d is %d', (probability, z) => {
    expect(normalQuantile(probability)).toBeCloseTo(z, 10);
  });

  it('refuses 0 and 1', () => {
    expect(() => normalQuantile(1)).toThrow('probability: must be between 0 and 1, got 1');
    expect(() => normalQuantile(0)).toThrow('probability: must be between 0 and 1, got 0');
  });
});
