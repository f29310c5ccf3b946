import { describe, expect, it } from 'vitest';
import { batchOf } from '../test/batch-of.js';
import { keepMixedOutcomes, keepMostVaried } from './group-filters.js';

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
    expect(() => keepMixedOutcomes()({ ...batch, included: Uint8Array.of(2) })).toThrow('included: must');
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
    expect([...keepMostVaried({ share: 1 })(equal).included]).toEqual([1, 1, 1, 1]);
    expect(() => keepMostVaried({ share: 1.1 })).toThrow('share: must be above 0 and at most 1, got 1.1');
    // Outcomes far from 0 vary no more for it: 10 and 11 against 0 and 2.
    const far = batchOf([
      [one(10), one(11)],
      [one(0), one(2)],
    ]);
    expect([...keepMostVaried({ share: 0.5 })(far).included]).toEqual([0, 0, 1, 1]);
    const three = batchOf([
      [one(1), one(0)],
      [one(0), one(1)],
      [one(1), one(0)],
    ]);
    expect([...keepMostVaried({ share: 0.6 })(three).included]).toEqual([1, 1, 1, 1, 0, 0]);
    expect(() => keepMostVaried({ share: 0 })).toThrow('share: must be above 0 and at most 1, got 0');
  });
});
