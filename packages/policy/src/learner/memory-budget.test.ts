import { expect, test } from 'vitest';
import { halvedBudget } from './memory-budget.js';

const tried = (rows: number, tokens: number) => ({ rows, tokens, rowIndices: [] });

test('half of the micro-batch that was tried', () => {
  expect(halvedBudget(4, tried(32, 128))).toEqual({ microBatchTokens: 2048, shards: 4 });
  expect(halvedBudget(4, tried(12, 32))).toEqual({ microBatchTokens: 192, shards: 4 });
});

test('with one row per shard, half of the shards; then nothing is left', () => {
  expect(halvedBudget(4, tried(4, 128))).toEqual({
    microBatchTokens: 256,
    shards: 2,
  });
  expect(halvedBudget(3, tried(3, 128))).toEqual({
    microBatchTokens: 192,
    shards: 2,
  });
  expect(halvedBudget(2, tried(2, 128))).toEqual({
    microBatchTokens: 128,
    shards: 1,
  });
  expect(halvedBudget(1, tried(1, 128))).toBeNull();
});
