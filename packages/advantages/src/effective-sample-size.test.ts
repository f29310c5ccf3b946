import { describe, expect, it } from 'vitest';
import { effectiveSampleSize } from './effective-sample-size.js';

describe('effectiveSampleSize', () => {
  it.each([
    [[1, 1, 1, 1], 4],
    [[1, 1, 2], 16 / 6],
    [[1e200, 1e200], 2],
    [[0, 0, 3], 1],
    [[0, 0], 0],
    [[], 0],
  ])('of %o', (ratios, expected) => {
    expect(effectiveSampleSize(ratios)).toBeCloseTo(expected, 12);
  });

  it('refuses a negative ratio', () => {
    expect(() => effectiveSampleSize([1, -1])).toThrow('ratios: must be finite and at least 0, got -1 at 1');
  });
});
