import { describe, expect, it } from 'vitest';
import { fullBatchOf } from '../test/batch-of.js';
import { close } from '../test/close.js';
import { composeAdvantages } from './compose-advantages.js';
import { grpo } from './grpo.js';
import { mtGrpo } from './mt-grpo.js';
import { reinforcePlusPlus } from './reinforce-plus-plus.js';
import { rloo } from './rloo.js';

describe('composeAdvantages', () => {
  const batch = fullBatchOf([
    [{ rewards: [1], tokens: [2], outcome: 1 }, { rewards: [0] }],
    [[0.5], [0]],
  ]);

  it('is the weighted sum, part by part', () => {
    const { level, values, parts } = composeAdvantages([
      { name: 'mean', estimator: grpo({ std: 'none' }) },
      { name: 'others', estimator: rloo(), weight: -2, gate: 'outcome' },
    ])(batch);
    expect(level).toBe('turn');
    close(parts?.['mean'], [0.5, -0.5, 0.25, -0.25]);
    // Outcomes of the second group are equal.
    close(parts?.['others'], [-2, 2, 0, 0]);
    close(values, [-1.5, 1.5, 0.25, -0.25]);
  });

  it('is a sum by token when a part is', () => {
    const { level, values, parts } = composeAdvantages([
      { name: 'mean', estimator: grpo({ std: 'none' }) },
      { name: 'tokens', estimator: reinforcePlusPlus({ epsilon: 0 }), weight: 0.5 },
      { name: 'unused', estimator: reinforcePlusPlus(), weight: 0 },
    ])(batch);
    expect(level).toBe('token');
    // Returns 1, 1, 0, .5, 0: mean .5, sample deviation .5.
    close(parts?.['tokens'], [0.5, 0.5, -0.5, 0, -0.5]);
    close(parts?.['unused'], [0, 0, 0, 0, 0]);
    close(values, [1, 1, -1, 0.25, -0.75]);
  });

  it('tells the credit of every part, weighted and named, at the token where the sum is by token', () => {
    const { credit } = composeAdvantages([
      { name: 'mean', estimator: grpo({ std: 'none' }), weight: 3 },
      { name: 'handed', estimator: mtGrpo({ discount: 0.5, std: 'none' }), weight: 2, gate: 'outcome' },
      { name: 'silent', estimator: (own) => ({ level: 'turn', values: own.rewards.slice() }) },
      { name: 'tokens', estimator: reinforcePlusPlus({ epsilon: 0 }) },
    ])(fullBatchOf([[{ rewards: [1, 0], tokens: [2, 1], outcome: 1 }, { rewards: [0] }]]));
    // Token 1 belongs to the first turn; sums 1 and 0, outcomes 1 and 0 (mean .5); returns of tokens 1, 1, 0 | 0.
    expect(credit?.(1)).toEqual([
      { part: 'mean', place: 1, value: 1, baseline: 0.5, deviation: 1, weight: 3 },
      { part: 'handed', place: 1, value: 1, baseline: 0.5, deviation: 1, weight: 2 },
      { part: 'handed', place: 1, value: 1, baseline: 0.5, deviation: 1, weight: 1 },
      { part: 'tokens', place: 1, value: 1, baseline: 0.5, deviation: expect.closeTo(Math.sqrt(1 / 3), 12), weight: 1 },
    ]);
    // By turn, a part that hands back speaks of the later turn.
    const { credit: byTurn } = composeAdvantages([
      { name: 'handed', estimator: mtGrpo({ discount: 0.5, std: 'none' }) },
      { name: 'gated', estimator: rloo(), gate: 'outcome' },
    ])(fullBatchOf([[[1, 0], [0]]]));
    expect(byTurn?.(0).map(({ place, part }) => [place, part])).toEqual([
      [0, 'handed'],
      [1, 'handed'],
    ]);
  });

  it('is nothing without parts, and refuses a name twice and a weight that is not finite', () => {
    expect([...composeAdvantages([])(batch).values]).toEqual([0, 0, 0, 0]);
    const part = { name: 'a', estimator: rloo() };
    expect(() => composeAdvantages([part, part])).toThrow('name: must be used once, got a twice');
    expect(() => composeAdvantages([{ ...part, weight: Number.POSITIVE_INFINITY }])).toThrow(
      'weight of a: must be finite, got Infinity',
    );
  });
});
