import { describe, expect, it } from 'vitest';
import { close } from '../test/close.js';
import { leaveOneOut } from './leave-one-out.js';
import type { Deviation } from './standardize.js';

const over = (values: number[], std: Deviation, epsilon = 0, weights = values.map(() => 1), from = 0) => {
  const out = new Float64Array(values.length).fill(9);
  const options = { std, epsilon };
  const comparison = leaveOneOut(
    Float64Array.from(values),
    Float64Array.from(weights),
    from,
    values.length,
    options,
    out,
  );
  return { out, comparison };
};

describe('leaveOneOut', () => {
  it('compares each with mean and deviation of the others', () => {
    // Of 1: 0 and .5, mean .25, squares .125. Of 0: 1, .5: .75, .125. Of .5: 1, 0: .5, .5.
    const sample = [0.75 / Math.sqrt(0.125), -0.75 / Math.sqrt(0.125), 0];
    const { out, comparison } = over([1, 0, 0.5], 'sample');
    close(out, sample, 12);
    expect(comparison(0)).toEqual({ baseline: 0.25, deviation: expect.closeTo(Math.sqrt(0.125), 12) });
    close(over([1, 0, 0.5], 'population').out, [0.75 / 0.25, -0.75 / 0.25, 0], 12);
    close(over([1, 0, 0.5], 'sample', 0.5).out, [0.75 / (Math.sqrt(0.125) + 0.5), -0.75 / (Math.sqrt(0.125) + 0.5), 0]);
    close(over([1, 0, 0.5], 'none', 0.5).out, [0.75, -0.75, 0], 12);
  });

  it('does not divide where the others are equal', () => {
    // The others of 3 are 1 and 1; those of each 1 are 1 and 3, deviation sqrt(2).
    const { out, comparison } = over([3, 1, 1], 'sample', 1e-6);
    close(out, [2, -1 / (Math.SQRT2 + 1e-6), -1 / (Math.SQRT2 + 1e-6)], 9);
    expect(comparison(0)).toEqual({ baseline: expect.closeTo(1, 12), deviation: 1 });
    // One other alone has no deviation.
    close(over([3, 1], 'sample', 1e-6).out, [2, -2], 12);
  });

  it.each([
    ['one value', [5]],
    ['equal values', [0.3, 0.1 + 0.2, 0.3]],
    ['zeros', [0, 0]],
  ])('%s: zeros', (_, values) => {
    const { out, comparison } = over(values, 'sample');
    expect([...out]).toEqual(values.map(() => 0));
    expect(comparison(0)).toEqual({ baseline: values[0], deviation: 1 });
  });

  it('leaves out what has weight 0, and what is before its range', () => {
    close(over([100, 3, 50, 1], 'none', 0, [1, 1, 0, 1], 1).out, [9, 2, 0, -2], 12);
  });

  it('does not depend on the size of the numbers, nor touches what is behind its range', () => {
    const tiny = over([1e-7, 0, 0.5e-7], 'sample').out;
    close(tiny, over([1, 0, 0.5], 'sample').out, 9);
    const out = new Float64Array(3).fill(9);
    const [values, weights] = [Float64Array.of(1, 3, 5), Float64Array.of(1, 1, 1)];
    leaveOneOut(values, weights, 0, 2, { std: 'none', epsilon: 0 }, out);
    expect([...out]).toEqual([-2, 2, 9]);
  });

  it('tells small differences of large values apart', () => {
    close(over([1e6, 1e6 + 1], 'none').out, [-1, 1], 6);
  });
});
