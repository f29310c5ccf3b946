import { describe, expect, it } from 'vitest';
import { generator } from '../test/generator.js';
import { bootstrapInterval } from './bootstrap-interval.js';
import { pairedBootstrap } from './paired-bootstrap.js';

describe('pairedBootstrap', () => {
  it('is the interval of the differences after - before', () => {
    const options = { confidence: 0.9, resamples: 500 };
    const paired = pairedBootstrap([3, 1, 4], [5, 1, 5], { rng: generator(), ...options });
    expect(paired).toEqual(bootstrapInterval([2, 0, 1], { rng: generator(), ...options }));
    expect(paired.mean).toBe(1);
  });

  it('has no width when every pair differs by the same', () => {
    expect(pairedBootstrap([0, 10, 20], [1, 11, 21], { rng: generator() })).toEqual({ mean: 1, low: 1, high: 1 });
  });

  it('refuses what does not pair', () => {
    expect(() => pairedBootstrap([1], [1, 2], { rng: generator() })).toThrow(
      'after: must pair with the 1 values of before, got 2',
    );
  });
});
