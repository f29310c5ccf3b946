import { expect, it } from 'vitest';
import { batchOf } from '../test/batch-of.js';
import { close } from '../test/close.js';
import { standardizeTurns } from './standardize-turns.js';

it('standardizeTurns pools the turns of all trajectories of a set', () => {
  // Groups of two and one trajectories: turns 1, 3, 8 and 5, 7.
  const batch = batchOf([[[1, 3], [8]], [[5, 7]]]);
  const weights = Float64Array.of(1, 1, 1, 1, 0);
  const options = { std: 'none', epsilon: 0 } as const;
  const { values, credit } = standardizeTurns(batch.rewards, weights, batch, batch.groupSplits, options);
  close(values, [-3, -1, 4, 0, 0], 12);
  expect(credit(2)).toEqual([{ place: 2, value: 8, baseline: 4, deviation: 1, weight: 1 }]);
  expect(credit(3)).toEqual([{ place: 3, value: 5, baseline: 5, deviation: 1, weight: 1 }]);
  expect(credit(4)).toEqual([]);
});
