import { expect, it } from 'vitest';
import { trajectoryRewards } from './trajectory-rewards.js';

it('adds up the turns of each trajectory', () => {
  expect([...trajectoryRewards(Float64Array.of(1, 2, 4), Int32Array.of(0, 2, 2, 3))]).toEqual([3, 0, 4]);
});

it('refuses splits that do not fit', () => {
  expect(() => trajectoryRewards(Float64Array.of(1, 2), Int32Array.of(0, 1))).toThrow(
    'trajectorySplits: must end at 2, got 1',
  );
});
