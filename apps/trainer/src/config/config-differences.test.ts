import { describe, expect, it } from 'vitest';
import { configDifferences, describeDifference } from './config-differences.js';

describe('configDifferences', () => {
  it('names each leaf that differs, with both values', () => {
    const recorded = { seed: 1, estimator: { kind: 'gtpo', discount: 0.9 }, gate: 'none' };
    const given = { seed: 2, estimator: { kind: 'grpo' }, gate: 'none' };
    expect(configDifferences(recorded, given).map(describeDifference)).toEqual([
      'seed: the run has 1, given 2',
      'estimator.kind: the run has "gtpo", given "grpo"',
      'estimator.discount: the run has 0.9, given none',
    ]);
  });

  it('finds nothing in equal configs whose keys stand in another order', () => {
    expect(configDifferences({ a: 1, b: [1, 2] }, { b: [1, 2], a: 1 })).toEqual([]);
  });

  it('tells an array from another and an object from a number', () => {
    expect(configDifferences({ a: [1, 2], b: {} }, { a: [2, 1], b: 3 }).map(({ path }) => path)).toEqual(['a', 'b']);
  });
});
