import { describe, expect, it } from 'vitest';
import { generator } from '../test/generator.js';
import { bootstrapInterval } from './bootstrap-interval.js';

describe('bootstrapInterval', () => {
  it('takes the interpolated quantiles of the resampled means', () => {
    // Two values, four resamples; draws in pairs give the means 0, .5, .5, 1.
    const draws = [0, 0, 0, 0.9, 0.9, 0, 0.9, 0.9];
    const rng = () => draws.shift() as number;
    // Confidence .5: quantiles .25 and .75 at positions .75 and 2.25 of the sorted means [0, .5, .5, 1].
    const interval = bootstrapInterval([0, 1], { rng, confidence: 0.5, resamples: 4 });
    expect(interval).toEqual({ mean: 0.5, low: 0.375, high: 0.625 });
  });

  it('comes close to the normal interval of many values', () => {
    const values = Array.from({ length: 400 }, (_, i) => i % 4);
    // Mean 1.5, variance 1.25; half width 1.96 * sqrt(1.25 / 400) = .1096.
    const { mean, low, high } = bootstrapInterval(values, { rng: generator(), resamples: 4000 });
    expect(mean).toBe(1.5);
    expect(low).toBeCloseTo(1.5 - 0.1096, 2);
    expect(high).toBeCloseTo(1.5 + 0.1096, 2);
  });

  it('is the same for the same generator', () => {
    const run = () => bootstrapInterval([1, 5, 2, 8], { rng: generator(), resamples: 100 });
    expect(run()).toEqual(run());
  });

  it('makes do with one resample, and draws no more than it is told', () => {
    let draws = 0;
    const rng = () => {
      draws += 1;
      return 0;
    };
    expect(bootstrapInterval([4, 8], { rng, resamples: 1 })).toEqual({ mean: 6, low: 4, high: 4 });
    expect(draws).toBe(2);
  });

  it.each([
    [[], {}, 'values: must hold at least one value, got 0'],
    [[1, Number.NaN], {}, 'values: must be finite, got NaN at 1'],
    [[1], { confidence: 0 }, 'confidence: must be between 0 and 1, got 0'],
    [[1], { resamples: 0 }, 'resamples: must be a whole number of at least 1, got 0'],
  ])('refuses %o %o', (values, options, message) => {
    expect(() => bootstrapInterval(values, { rng: generator(), ...options })).toThrow(new RangeError(message));
  });
});
