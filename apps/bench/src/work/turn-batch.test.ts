import { checkTurnRewardBatch } from '@turnwise/advantages';
import { expect, test } from 'vitest';
import { pseudoRandom, turnBatch } from './turn-batch.js';

const job = {
  trajectories: 4,
  groupSize: 2,
  turns: 3,
  actionTokens: 5,
  observationTokens: 2,
  estimator: 'gae',
} as const;

test('is a batch that estimators take, with values for GAE alone', () => {
  const batch = checkTurnRewardBatch(turnBatch(job));
  expect([...batch.trajectorySplits]).toEqual([0, 3, 6, 9, 12]);
  expect([...batch.groupSplits]).toEqual([0, 2, 4]);
  expect(batch.actionTokenSplits?.at(-1)).toBe(60);
  expect(batch.values).toHaveLength(60);
  expect(turnBatch({ ...job, estimator: 'grpo' }).values).toBeUndefined();
});

test('numbers are those of the peer’s formula', () => {
  // (7919 * 2 + 13) % 1024 = 15851 % 1024 = 491.
  expect([pseudoRandom(0), pseudoRandom(2)]).toEqual([13 / 1024, 491 / 1024]);
});
