import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batchOf } from '../test/batch-of.js';
import { close } from '../test/close.js';
import { grpo } from './grpo.js';
import { rloo } from './rloo.js';

/** Rewards [1, 0, .35]: mean .45; squared deviations .3025 + .2025 + .01 = .515; sample std .507445, population .414327. */
const REWARDS = batchOf([[[1], [0], [0.35]]]);

const rewards = fc.array(
  fc.integer({ min: -10, max: 10 }).map((value) => [value / 10]),
  { minLength: 2, maxLength: 5 },
);

describe('grpo', () => {
  it.each([
    ['sample', 1e-6, [1.08386, -0.886795, -0.197065]],
    ['sample', 1e-4, [1.083649, -0.886622, -0.197027]],
    ['population', 1e-6, [1.327451, -1.086097, -0.241355]],
    ['none', 1e-6, [0.55, -0.45, -0.1]],
  ] as const)('divides by the %s deviation, epsilon %d', (std, epsilon, expected) => {
    // The values of verl and SkyRL (1e-6), TRL (1e-4), rLLM (population) and Dr. GRPO (none) for these rewards.
    const { values } = grpo({ std, epsilon })(REWARDS);
    expected.forEach((value, i) => {
      expect(values[i]).toBeCloseTo(value, 6);
    });
  });

  it('gives every turn the advantage of the summed reward', () => {
    // Sums 1, .9 and 1.1: sample std .1.
    const { values } = grpo({ epsilon: 0 })(batchOf([[[0, 1], [-0.1, 0, 1], [1.1]]]));
    [0, 0, -1, -1, -1, 1].forEach((value, i) => {
      expect(values[i]).toBeCloseTo(value, 9);
    });
  });

  it('normalises over the batch when told', () => {
    // 1, 0 | 1, 1: mean .75, sample std .5.
    const { values } = grpo({ scope: 'batch', epsilon: 0 })(
      batchOf([
        [[1], [0]],
        [[1], [1]],
      ]),
    );
    [0.5, -1.5, 0.5, 0.5].forEach((value, i) => {
      expect(values[i]).toBeCloseTo(value, 9);
    });
  });

  it('counts a trajectory without turns nowhere', () => {
    expect(grpo()(batchOf([[[1], [], [0]]])).values).toEqual(grpo()(batchOf([[[1], [0]]])).values);
  });

  it('gives zeros to an all-correct group of unequal lengths', () => {
    expect([...grpo()(batchOf([[[1], [0, 0, 1]]])).values]).toEqual([0, 0, 0, 0]);
  });

  it('refuses an unknown deviation and a bad epsilon', () => {
    expect(() => grpo({ std: 'mad' as 'none' })).toThrow("std: must be 'sample', 'population' or 'none', got mad");
    expect(() => grpo({ epsilon: Number.NaN })).toThrow('epsilon: must be finite and at least 0, got NaN');
  });

  it('compares with the others when told, written as a loop', () => {
    fc.assert(
      fc.property(rewards, (written) => {
        const plain = written.flat();
        const expected = plain.map((own, i) => {
          const others = plain.filter((_, k) => k !== i);
          const mean = others.reduce((sum, value) => sum + value, 0) / others.length;
          const spread = others.reduce((sum, value) => sum + (value - mean) ** 2, 0);
          // The others are equal: undivided.
          return spread < 1e-9 ? own - mean : (own - mean) / (Math.sqrt(spread / (others.length - 1)) + 1e-6);
        });
        close(grpo.nemo()(batchOf([written])).values, expected);
      }),
    );
  });

  it('is RLOO without a deviation, and has the population deviation', () => {
    fc.assert(
      fc.property(rewards, (written) => {
        const batch = batchOf([written]);
        close(grpo({ baseline: 'leave-one-out', std: 'none' })(batch).values, [...rloo()(batch).values], 9);
      }),
    );
    // Others of 1: 0 and .5, mean .25, population deviation .25.
    const [first] = grpo({ baseline: 'leave-one-out', std: 'population', epsilon: 0 })(
      batchOf([[[1], [0], [0.5]]]),
    ).values;
    expect(first).toBeCloseTo(3, 12);
  });

  it('counts a group as one of one when the others left it', () => {
    const batch = batchOf([[{ rewards: [0.4, 0.2] }, { rewards: [9], included: 0 }, { rewards: [] }]]);
    close(grpo.verl()(batch).values, [0.6, 0.6, 0]);
  });

  it('refuses unknown choices', () => {
    expect(() => grpo({ baseline: 'none' as 'mean' })).toThrow("baseline: must be 'mean' or 'leave-one-out', got none");
    expect(() => grpo({ singleton: 'one' as 'zero' })).toThrow("singleton: must be 'zero' or 'reward', got one");
  });
});
