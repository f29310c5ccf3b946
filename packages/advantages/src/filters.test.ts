import { describe, expect, it } from 'vitest';
import { batchOf, fullBatchOf } from '../test/batch-of.js';
import { dropVoidTurns } from './drop-void-turns.js';
import { effectiveSampleSize } from './effective-sample-size.js';
import { keepMixedOutcomes, keepMostVaried } from './group-filters.js';
import { overlongPenalty } from './overlong-penalty.js';
import { pairedComparison } from './paired-comparison.js';
import { checkTurnRewardBatch } from './turn-reward-batch.js';

const one = (outcome: number, reward = outcome, included: 0 | 1 = 1) => ({ rewards: [reward], outcome, included });

describe('keepMixedOutcomes', () => {
  it('keeps groups with 0 < correct < G, of what is included', () => {
    const batch = batchOf([
      [one(1), one(0)],
      [one(1), one(1)],
      [one(0, 1), one(0)],
      [one(1), one(0, 0, 0)],
      [one(0.5), one(1), one(0, 0, 0)],
    ]);
    const before = [...batch.included];
    expect([...keepMixedOutcomes()(batch).included]).toEqual([1, 1, 0, 0, 0, 0, 0, 0, 1, 1, 0]);
    expect([...batch.included]).toEqual(before);
  });
});

describe('keepMostVaried', () => {
  const batch = batchOf([[one(0, 9), one(0, 0)], [one(1), one(0)], [one(1), one(0), one(0)], [], [one(1, 1, 0)]]);
  it('keeps the share with the highest deviation; empty groups do not count', () => {
    // Variances 0, .5, 1/3; three groups count.
    expect([...keepMostVaried({ share: 1 / 3 })(batch).included]).toEqual([0, 0, 1, 1, 0, 0, 0, 0]);
    expect([...keepMostVaried({ share: 0.7 })(batch).included]).toEqual([0, 0, 1, 1, 1, 1, 1, 0]);
    // Of rewards the first group is the most varied; at least one stays.
    expect([...keepMostVaried({ share: 0.01, of: 'rewards' })(batch).included]).toEqual([1, 1, 0, 0, 0, 0, 0, 0]);
  });

  it('takes the earlier of equals, and refuses a share of 0', () => {
    const equal = batchOf([
      [one(1), one(0)],
      [one(0), one(1)],
    ]);
    expect([...keepMostVaried({ share: 0.5 })(equal).included]).toEqual([1, 1, 0, 0]);
    expect(() => keepMostVaried({ share: 0 })).toThrow('share: must be above 0 and at most 1, got 0');
  });
});

describe('dropVoidTurns', () => {
  it('drops every trajectory with a void turn', () => {
    const batch = batchOf([[[0, 0], [1], { rewards: [2], included: 0 }, []]]);
    expect([...dropVoidTurns(batch, [0, 1, 0, 0]).included]).toEqual([0, 1, 0, 1]);
    expect([...batch.included]).toEqual([1, 1, 0, 1]);
    expect(() => dropVoidTurns(batch, [1])).toThrow('voidTurns: must hold 4 values, got 1');
  });
});

describe('overlongPenalty', () => {
  it('falls from 0 to -1 over the buffer', () => {
    const penalties = overlongPenalty([0, 16, 17, 18, 20, 25], { maxTokens: 20, buffer: 4 });
    expect([...penalties].map((value) => value + 0)).toEqual([0, 0, -0.25, -0.5, -1, -1]);
  });

  it.each([
    [{ maxTokens: 0, buffer: 1 }, 'maxTokens: must be finite and above 0, got 0'],
    [{ maxTokens: 4, buffer: 5 }, 'buffer: must be above 0 and at most 4, got 5'],
    [{ maxTokens: 4, buffer: 0 }, 'buffer: must be above 0 and at most 4, got 0'],
  ])('refuses %o', (options, message) => {
    expect(() => overlongPenalty([1], options)).toThrow(new RangeError(message));
  });
});

describe('effectiveSampleSize', () => {
  it.each([
    [[1, 1, 1, 1], 4],
    [[1, 1, 2], 16 / 6],
    [[1e200, 1e200], 2],
    [[0, 0, 3], 1],
    [[0, 0], 0],
    [[], 0],
  ])('of %o', (ratios, expected) => {
    expect(effectiveSampleSize(ratios)).toBeCloseTo(expected, 12);
  });

  it('refuses a negative ratio', () => {
    expect(() => effectiveSampleSize([1, -1])).toThrow('ratios: must be finite and at least 0, got -1 at 1');
  });
});

describe('pairedComparison', () => {
  it('is the interval and the signs of the differences', () => {
    const { difference, signs } = pairedComparison([1, 2, 3, 4], [2, 3, 4, 5], { rng: () => 0.5 });
    expect(difference).toEqual({ mean: 1, low: 1, high: 1 });
    // 2 / 2^4.
    expect(signs).toEqual({ positive: 4, negative: 0, ties: 0, pValue: 0.125 });
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
    ['actionTokenSplits: must hold 3 values, got 2', { actionTokenSplits: Int32Array.of(0, 1) }],
    ['actionTokenSplits: must start at 0, got 1', { actionTokenSplits: Int32Array.of(1, 1, 2) }],
    ['actionTokenSplits: must not decrease, got 2 then 1 at 2', { actionTokenSplits: Int32Array.of(0, 2, 1) }],
    ['values: must be finite, got Infinity at 0', { values: Float64Array.of(Number.POSITIVE_INFINITY) }],
  ])('%s', (message, fault) => {
    expect(() => checkTurnRewardBatch({ ...good, ...fault })).toThrow(new RangeError(message));
  });
});
