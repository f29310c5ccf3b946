import { describe, expect, it } from 'vitest';
import { batchOf } from '../test/batch-of.js';
import { withRewards } from './reward-source.js';

describe('withRewards', () => {
  it('puts the outcome on the last turn, alone or beside the rewards', () => {
    const sums: (readonly number[])[] = [];
    const spy = (batch: { rewards: Float64Array }) => {
      sums.push([...batch.rewards]);
      return { level: 'turn', values: batch.rewards } as const;
    };
    const batch = batchOf([[{ rewards: [0.1, 0.2], outcome: 1 }, { rewards: [] }, { rewards: [0.3] }]]);
    for (const source of ['rewards', 'outcomes', 'rewards-and-outcomes'] as const) withRewards(source, spy)(batch);
    expect(sums).toEqual([
      [0.1, 0.2, 0.3],
      [0, 1, 0],
      [0.1, 1.2, 0.3],
    ]);
    expect([...batch.rewards]).toEqual([0.1, 0.2, 0.3]);
    expect(() => withRewards({ part: 'a' }, spy)(batch)).toThrow(
      'parts: must be given, since the source {"part":"a"} reads it, got none',
    );
  });
});
