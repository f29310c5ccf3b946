import { describe, expect, it } from 'vitest';
import { fullBatchOf } from '../test/batch-of.js';
import { close } from '../test/close.js';
import { composeAdvantages } from './compose-advantages.js';
import { grpo } from './grpo.js';
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
      { name: 'tokens', estimator: reinforcePlusPlus(), weight: 0 },
    ])(batch);
    expect(level).toBe('token');
    close(values, [0.5, 0.5, -0.5, 0.25, -0.25]);
    close(parts?.['tokens'], [0, 0, 0, 0, 0]);
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
