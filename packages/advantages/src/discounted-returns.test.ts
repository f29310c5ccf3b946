import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { discountedReturns } from './discounted-returns.js';

describe('discountedReturns', () => {
  it('discounts once per turn, and not across trajectories', () => {
    // .9^2 * 1 = .81, .9 * 1 = .9, 1 | -.1 + .9 * 2 = 1.7, 2.
    const returns = discountedReturns(Float64Array.of(0, 0, 1, -0.1, 2), Int32Array.of(0, 3, 3, 5), 0.9);
    [0.81, 0.9, 1, 1.7, 2].forEach((value, i) => {
      expect(returns[i]).toBeCloseTo(value, 12);
    });
  });

  it('is the sum of Eq. 6, written as two loops', () => {
    const cases = fc.tuple(
      fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { maxLength: 8 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
    );
    fc.assert(
      fc.property(cases, ([rewards, discount]) => {
        const returns = discountedReturns(Float64Array.from(rewards), Int32Array.of(0, rewards.length), discount);
        rewards.forEach((_, j) => {
          const sum = rewards.slice(j).reduce((total, reward, m) => total + discount ** m * reward, 0);
          expect(returns[j]).toBeCloseTo(sum, 10);
        });
      }),
    );
  });

  it('gives the rewards at discount 0, and refuses one outside [0, 1] or splits that do not fit', () => {
    expect([...discountedReturns(Float64Array.of(3, 4), Int32Array.of(0, 2), 0)]).toEqual([3, 4]);
    expect(() => discountedReturns(Float64Array.of(), Int32Array.of(0), -0.1)).toThrow(
      'discount: must be in [0, 1], got -0.1',
    );
    expect(() => discountedReturns(Float64Array.of(1), Int32Array.of(0), 1)).toThrow(
      'trajectorySplits: must end at 1, got 0',
    );
  });
});
