import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batchOf } from '../test/batch-of.js';
import { rloo } from './rloo.js';

describe('rloo', () => {
  it('subtracts the mean of the others', () => {
    // 1 - .35/2, 0 - 1.35/2, .35 - 1/2.
    const { values } = rloo()(batchOf([[[1], [0], [0.35]]]));
    [0.825, -0.675, -0.15].forEach((value, i) => {
      expect(values[i]).toBeCloseTo(value, 12);
    });
  });

  it('is the definition, written as a loop', () => {
    const rewards = fc.array(fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 1, maxLength: 3 }), {
      minLength: 2,
      maxLength: 5,
    });
    fc.assert(
      fc.property(rewards, (written) => {
        const sums = written.map((own) => own.reduce((sum, value) => sum + value, 0));
        const expected = written.flatMap((own, i) => {
          const others = sums.filter((_, k) => k !== i);
          const baseline = others.reduce((sum, value) => sum + value, 0) / others.length;
          return own.map(() => (sums[i] as number) - baseline);
        });
        rloo()(batchOf([written])).values.forEach((value, i) => {
          expect(value).toBeCloseTo(expected[i] as number, 9);
        });
      }),
    );
  });

  it('leaves excluded trajectories out of the baseline', () => {
    const { values } = rloo()(batchOf([[{ rewards: [1] }, { rewards: [9], included: 0 }, { rewards: [0] }]]));
    expect([...values]).toEqual([1, 0, -1]);
  });
});
