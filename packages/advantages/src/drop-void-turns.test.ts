import { describe, expect, it } from 'vitest';
import { batchOf } from '../test/batch-of.js';
import { dropVoidTurns } from './drop-void-turns.js';

describe('dropVoidTurns', () => {
  it('drops every trajectory with a void turn', () => {
    const batch = batchOf([[[0, 0], [1], { rewards: [2], included: 0 }, []]]);
    expect([...dropVoidTurns(batch, [0, 1, 0, 0]).included]).toEqual([0, 1, 0, 1]);
    expect([...batch.included]).toEqual([1, 1, 0, 1]);
    // The first turn of a trajectory is not the last of the one before.
    expect([...dropVoidTurns(batch, [0, 0, 1, 0]).included]).toEqual([1, 0, 0, 1]);
    expect(() => dropVoidTurns(batch, [1])).toThrow('voidTurns: must hold 4 values, got 1');
  });
});
