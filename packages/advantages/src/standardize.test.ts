import { describe, expect, it } from 'vitest';
import { close } from '../test/close.js';
import { type Deviation, standardize } from './standardize.js';

const over = (values: number[], weights: number[], std: Deviation, epsilon = 0, from = 0, to = values.length) => {
  const out = new Float64Array(values.length).fill(9);
  const comparison = standardize(
    Float64Array.from(values),
    Float64Array.from(weights),
    from,
    to,
    { std, epsilon },
    out,
  );
  return { out, comparison };
};

describe('standardize', () => {
  it.each<[Deviation, number, number]>([
    // 1, 2, 6: mean 3, squares 4 + 1 + 9 = 14.
    ['sample', 0, Math.sqrt(7)],
    ['sample', 0.5, Math.sqrt(7) + 0.5],
    ['population', 0, Math.sqrt(14 / 3)],
    ['none', 0.5, 1],
  ])('%s, epsilon %d: divides by %d', (std, epsilon, deviation) => {
    const { out, comparison } = over([1, 2, 6], [1, 1, 1], std, epsilon);
    close(out, [-2 / deviation, -1 / deviation, 3 / deviation], 12);
    expect(comparison(1)).toEqual({ baseline: 3, deviation: expect.closeTo(deviation, 12) });
  });

  it('weighs: 0 of weight 2 and 3 of weight 1', () => {
    // Mean 1, squares 2 + 4 = 6; population 6 / 3; sample 6 / (3 - 5 / 3).
    close(over([0, 3], [2, 1], 'population').out, [-1 / Math.SQRT2, 2 / Math.SQRT2], 12);
    close(over([0, 3], [2, 1], 'sample').out, [-1 / Math.sqrt(4.5), 2 / Math.sqrt(4.5)], 12);
  });

  it('touches its own range alone, and weight 0 is outside', () => {
    close(over([5, 1, 100, 3, 5], [1, 1, 0, 1, 1], 'none', 0, 1, 4).out, [9, -1, 0, 1, 9], 12);
  });

  it.each([
    ['equal values', [0.3, 0.1 + 0.2]],
    ['zeros', [0, 0]],
    ['one value', [7]],
    ['large values that differ by rounding', [1e9, 1e9 + 1e-4]],
  ])('%s give zeros, each its own mean', (_, values) => {
    const { out, comparison } = over(
      values,
      values.map(() => 1),
      'sample',
    );
    expect([...out]).toEqual(values.map(() => 0));
    expect(comparison(0)).toEqual({ baseline: values[0], deviation: 1 });
  });

  it('tells small values apart that differ by more than rounding, of either sign', () => {
    close(over([1e-9, 2e-9], [1, 1], 'sample').out, [-Math.SQRT1_2, Math.SQRT1_2], 9);
    close(over([-5, -5 + 1e-9], [1, 1], 'sample').out, [-Math.SQRT1_2, Math.SQRT1_2], 5);
    expect([...over([-1e9, -1e9 - 1e-4], [1, 1], 'sample').out]).toEqual([0, 0]);
  });

  it('accepts a set without members', () => {
    expect([...over([4, 5], [0, 0], 'sample').out]).toEqual([0, 0]);
  });
});
