import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batchOf } from '../test/batch-of.js';
import { grpo } from './grpo.js';
import { gtpo } from './gtpo.js';

/**
 * The worked examples A to E, returns with discount .9, mean and both standard deviations by hand. In A the returns are
 * [.81, .9, 1], [0, 0]: mean 2.71 / 5 = .542; squared deviations .071824 + .128164 + .209764 + 2 * .293764 = .99728;
 * ddof 0: sqrt(.199456) = .446605, so the first advantage is .268 / .446605 = .600082; ddof 1: sqrt(.24932) = .499320,
 * so .268 / .499320 = .536729.
 */
const EXAMPLES = [
  {
    name: 'A: one correct in three turns, one wrong in two',
    rewards: [
      [0, 0, 1],
      [0, 0],
    ],
    population: [0.600082, 0.801601, 1.025512, -1.213598, -1.213598],
    sample: [0.536729, 0.716974, 0.917246, -1.085475, -1.085475],
  },
  {
    name: 'B: a format penalty in both',
    rewards: [
      [-0.1, 1],
      [-0.1, 0],
    ],
    population: [0.77876, 1.194098, -1.090263, -0.882594],
    sample: [0.674426, 1.03412, -0.944196, -0.764349],
  },
  {
    name: 'C: both correct, unequal lengths',
    rewards: [[1], [0, 0, 1]],
    population: [0.915676, -1.484027, -0.347326, 0.915676],
    sample: [0.793, -1.285208, -0.300793, 0.793],
  },
  {
    name: 'D: nothing',
    rewards: [
      [0, 0],
      [0, 0, 0],
    ],
    population: [0, 0, 0, 0, 0],
    sample: [0, 0, 0, 0, 0],
  },
  {
    name: 'E: a shaped failure',
    rewards: [
      [0, 1],
      [0, 1],
      [0, 0.35],
    ],
    population: [0.529837, 0.869839, 0.529837, 0.869839, -1.459176, -1.340175],
    sample: [0.483673, 0.794051, 0.483673, 0.794051, -1.33204, -1.223408],
  },
];

const expectClose = (actual: Float64Array, expected: readonly number[]) => {
  expect(actual).toHaveLength(expected.length);
  expected.forEach((value, i) => {
    expect(Math.abs((actual[i] as number) - value)).toBeLessThan(1e-6);
  });
};

describe('gtpo', () => {
  it.each(EXAMPLES)('$name', ({ rewards, population, sample }) => {
    expectClose(gtpo({ ddof: 0 })(batchOf([rewards])).values, population);
    expectClose(gtpo({ ddof: 1 })(batchOf([rewards])).values, sample);
    expectClose(gtpo()(batchOf([rewards])).values, sample);
  });

  it('normalises over all turns of the batch when told', () => {
    // Discount 1: returns [1], [0], [1], [1]; mean .75, sample std .5.
    const batch = batchOf([
      [[1], [0]],
      [[1], [1]],
    ]);
    expectClose(gtpo({ scope: 'batch', discount: 1, epsilon: 0 })(batch).values, [0.5, -1.5, 0.5, 0.5]);
    // Over each group: mean .5, std .7071; then equal returns.
    expectClose(gtpo({ discount: 1, epsilon: 0 })(batch).values, [Math.SQRT1_2, -Math.SQRT1_2, 0, 0]);
  });

  it('lets every trajectory count once when weighted by trajectory', () => {
    // Discount 1: returns [1, 1, 1], [0]; each turn of the first weighs 1/3. Mean .5; W = 2, sum of squares 1/3 + 1 = 4/3;
    // ddof 0: var (.25 + .25) / 2 = .25, std .5. ddof 1: var .5 / (2 - 2/3) = .375, std .612372.
    const batch = batchOf([[[0, 0, 1], [0]]]);
    const options = { weighting: 'trajectory', discount: 1, epsilon: 0 } as const;
    expectClose(gtpo({ ...options, ddof: 0 })(batch).values, [1, 1, 1, -1]);
    expectClose(gtpo(options)(batch).values, [0.816497, 0.816497, 0.816497, -0.816497]);
    // By turns: mean .75, sample std .5.
    expectClose(gtpo({ ...options, weighting: 'turn' })(batch).values, [0.5, 0.5, 0.5, -1.5]);
  });

  it('weighs turns and trajectories alike when all have the same length', () => {
    const equal = fc.array(fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 3, maxLength: 3 }), {
      maxLength: 4,
    });
    fc.assert(
      fc.property(equal, (rewards) => {
        const byTurn = gtpo()(batchOf([rewards])).values;
        gtpo({ weighting: 'trajectory' })(batchOf([rewards])).values.forEach((value, i) => {
          expect(value).toBeCloseTo(byTurn[i] as number, 9);
        });
      }),
    );
  });

  it('gates a group on its raw outcomes, whatever its shaped returns', () => {
    const wrong = [{ rewards: [-0.1, 0] }, { rewards: [0, 0.3] }];
    const mixed = [{ rewards: [1], outcome: 1 }, { rewards: [0] }];
    const gated = gtpo({ gate: 'outcome', epsilon: 0 })(batchOf([wrong, mixed])).values;
    expectClose(gated, [0, 0, 0, 0, Math.SQRT1_2, -Math.SQRT1_2]);
    expect(gtpo()(batchOf([wrong, mixed])).values.every((value) => value !== 0)).toBe(true);
  });

  it('leaves a gated group out of the statistics of the batch', () => {
    const batch = batchOf([[{ rewards: [5] }], [{ rewards: [1], outcome: 1 }, { rewards: [0] }]]);
    expectClose(gtpo({ gate: 'outcome', scope: 'batch', epsilon: 0 })(batch).values, [0, Math.SQRT1_2, -Math.SQRT1_2]);
  });

  it('does not let the outcome of an excluded trajectory open the gate', () => {
    const group = [
      { rewards: [1], outcome: 0 },
      { rewards: [0], outcome: 0 },
      { rewards: [0], outcome: 1, included: 0 as const },
    ];
    expectClose(gtpo({ gate: 'outcome' })(batchOf([group])).values, [0, 0, 0]);
  });

  it('is GRPO on the summed reward when every trajectory has one turn', () => {
    const single = fc.array(
      fc.double({ min: -1, max: 1, noNaN: true }).map((r) => [r]),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(single, fc.constantFrom(0, 1), (rewards, ddof) => {
        const std = ddof === 1 ? 'sample' : 'population';
        expect(gtpo({ ddof: ddof as 0 | 1 })(batchOf([rewards])).values).toEqual(
          grpo({ std })(batchOf([rewards])).values,
        );
      }),
    );
  });

  it('gives exact zeros when equal returns were added up in another order', () => {
    const [first, second] = [0.1 + 0.2 + 0.3, 0.3 + 0.2 + 0.1];
    expect(first).not.toBe(second);
    expect([...gtpo({ epsilon: 0 })(batchOf([[[first], [second]]])).values]).toEqual([0, 0]);
  });

  it('adds epsilon to the standard deviation', () => {
    // Returns 1 and 0: deviation .5, population std .5; with epsilon .5 the advantage is .5.
    expectClose(gtpo({ ddof: 0, epsilon: 0.5 })(batchOf([[[1], [0]]])).values, [0.5, -0.5]);
  });

  it.each([
    [{ discount: 1.1 }, 'discount: must be in [0, 1], got 1.1'],
    [{ discount: Number.NaN }, 'discount: must be in [0, 1], got NaN'],
    [{ ddof: 2 as 1 }, 'ddof: must be 0 or 1, got 2'],
    [{ epsilon: -1 }, 'epsilon: must be finite and at least 0, got -1'],
  ])('refuses %o', (options, message) => {
    expect(() => gtpo(options)).toThrow(new RangeError(message));
  });

  it.each([
    [{ scope: 'turn' as 'group' }, "scope: must be 'group' or 'batch', got turn"],
    [{ gate: 'return' as 'none' }, "gate: must be 'none' or 'outcome', got return"],
    [{ weighting: 'token' as 'turn' }, "weighting: must be 'turn' or 'trajectory', got token"],
  ])('refuses %o when it is used', (options, message) => {
    expect(() => gtpo(options)(batchOf([[[1]]]))).toThrow(new RangeError(message));
  });
});
