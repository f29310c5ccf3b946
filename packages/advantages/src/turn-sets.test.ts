import { describe, expect, it } from 'vitest';
import { batchOf, fullBatchOf } from '../test/batch-of.js';
import { anchorStateSets, turnIndexSets } from './turn-sets.js';

describe('turnIndexSets', () => {
  it('numbers the turn indices of each group on from those of the one before', () => {
    // Group 0 has two indices, group 1 none, group 2 three.
    const batch = batchOf([[[0], [0, 0]], [[]], [[0, 0, 0], [0]]]);
    expect([...turnIndexSets(batch)]).toEqual([0, 0, 1, 2, 3, 4, 2]);
  });
});

describe('anchorStateSets', () => {
  it('numbers the states of each group in the order in which they are seen', () => {
    const batch = fullBatchOf([
      [
        { rewards: [0, 0], states: ['a', 'b'] },
        { rewards: [0], states: ['a'] },
      ],
      [{ rewards: [0, 0], states: ['c', 'b'] }],
    ]);
    expect([...anchorStateSets(batch, 'a test')]).toEqual([0, 1, 0, 2, 3]);
    expect(() => anchorStateSets(batchOf([]), 'a test')).toThrow('stateKeys: must be given, since a test reads it');
  });
});
