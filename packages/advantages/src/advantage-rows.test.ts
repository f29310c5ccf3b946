import { describe, expect, it } from 'vitest';
import { batchOf, fullBatchOf } from '../test/batch-of.js';
import { advantageRows } from './advantage-rows.js';

/** Two action tokens, one of the environment, one action token | one and two. */
const BATCH = fullBatchOf([
  [
    { rewards: [0, 0], tokens: [2, 1], observed: [1, 0] },
    { rewards: [0], observed: [2] },
  ],
]);
const turn = (...values: number[]) => ({ level: 'turn', values: Float64Array.from(values) }) as const;

describe('advantageRows', () => {
  it('gives action tokens the advantage of their turn, everything else 0', () => {
    expect([...advantageRows(BATCH, turn(1, 2, 3), { tokens: 5 })]).toEqual([1, 1, 0, 2, 0, 3, 0, 0, 0, 0]);
  });

  it('gives each token its own', () => {
    const advantages = { level: 'token', values: Float64Array.of(1, 2, 3, 4) } as const;
    expect([...advantageRows(BATCH, advantages, { tokens: 4 })]).toEqual([1, 2, 0, 3, 4, 0, 0, 0]);
  });

  it('counts no tokens of the environment where the batch says none', () => {
    const { observationTokens: _, ...silent } = BATCH;
    expect([...advantageRows(silent, turn(1, 2, 3), { tokens: 3 })]).toEqual([1, 1, 2, 3, 0, 0]);
  });

  it('refuses rows that are too short, and what does not fit', () => {
    expect(() => advantageRows(BATCH, turn(1, 2, 3), { tokens: 3 })).toThrow(
      'tokens: must hold every trajectory, got 3 for one of at least 4',
    );
    // The second trajectory is the longer one, and its place in the rows must not count.
    const second = fullBatchOf([[[0], { rewards: [0], tokens: [3], observed: [4] }]]);
    expect(() => advantageRows(second, turn(1, 2), { tokens: 5 })).toThrow('got 5 for one of at least 7');
    expect(() => advantageRows(BATCH, turn(1), { tokens: 5 })).toThrow('advantages: must hold 3 values, got 1');
    const few = { level: 'token', values: Float64Array.of(1) } as const;
    expect(() => advantageRows(BATCH, few, { tokens: 5 })).toThrow('advantages: must hold 4 values, got 1');
    expect(() => advantageRows(batchOf([[[1]]]), turn(1), { tokens: 5 })).toThrow(
      'actionTokenSplits: must be given, since advantageRows reads it, got none',
    );
  });
});
