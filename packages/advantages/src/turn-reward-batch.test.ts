import { describe, expect, it } from 'vitest';
import { batchOf, fullBatchOf } from '../test/batch-of.js';
import { checkTurnRewardBatch, type TurnRewardBatch } from './turn-reward-batch.js';

const GOOD = batchOf([[[1, 2], []], [[3]]]);

describe('checkTurnRewardBatch', () => {
  it('returns a good batch as it is', () => {
    expect(checkTurnRewardBatch(GOOD)).toBe(GOOD);
    const empty = batchOf([]);
    expect(checkTurnRewardBatch(empty)).toBe(empty);
  });

  it.each<[string, Partial<TurnRewardBatch>]>([
    ['trajectorySplits: must hold at least the leading 0, got length 0', { trajectorySplits: Int32Array.of() }],
    ['trajectorySplits: must start at 0, got 1', { trajectorySplits: Int32Array.of(1, 2, 2, 3) }],
    ['trajectorySplits: must not decrease, got 2 then 1 at 2', { trajectorySplits: Int32Array.of(0, 2, 1, 3) }],
    ['trajectorySplits: must end at 3, got 4', { trajectorySplits: Int32Array.of(0, 2, 2, 4) }],
    ['groupSplits: must end at 3, got 2', { groupSplits: Int32Array.of(0, 2) }],
    ['outcomes: must hold 3 values, got 2', { outcomes: Uint8Array.of(0, 1) }],
    ['included: must hold 3 values, got 4', { included: Uint8Array.of(1, 1, 1, 1) }],
    ['included: must be 0 or 1, got 2 at 1', { included: Uint8Array.of(1, 2, 0) }],
    ['rewards: must be finite, got NaN at 1', { rewards: Float64Array.of(1, Number.NaN, 3) }],
    ['outcomes: must be finite, got Infinity at 0', { outcomes: Float64Array.of(Number.POSITIVE_INFINITY, 0, 0) }],
  ])('%s', (message, fault) => {
    expect(() => checkTurnRewardBatch({ ...GOOD, ...fault })).toThrow(new RangeError(message));
  });
});

describe('checkTurnRewardBatch, optional fields', () => {
  const good = fullBatchOf([[[1, 2]]]);
  it.each([
    ['parts.reward: must hold 2 values, got 1', { parts: { reward: Float64Array.of(1) } }],
    ['parts.reward: must be finite, got NaN at 1', { parts: { reward: Float64Array.of(1, Number.NaN) } }],
    ['stateKeys: must hold 2 values, got 1', { stateKeys: ['a'] }],
    ['observationTokens: must hold 2 values, got 0', { observationTokens: Int32Array.of() }],
    ['observationTokens: must be at least 0, got -1 at 1', { observationTokens: Int32Array.of(1, -1) }],
    ['observationTokens: must be at least 0, got -2 at 0', { observationTokens: Int32Array.of(-2, 1) }],
    ['actionTokenSplits: must hold 3 values, got 2', { actionTokenSplits: Int32Array.of(0, 1) }],
    ['actionTokenSplits: must start at 0, got 1', { actionTokenSplits: Int32Array.of(1, 1, 2) }],
    ['actionTokenSplits: must not decrease, got 2 then 1 at 2', { actionTokenSplits: Int32Array.of(0, 2, 1) }],
    ['values: must be finite, got Infinity at 0', { values: Float64Array.of(Number.POSITIVE_INFINITY) }],
  ])('%s', (message, fault) => {
    expect(() => checkTurnRewardBatch({ ...good, ...fault })).toThrow(new RangeError(message));
  });
});
