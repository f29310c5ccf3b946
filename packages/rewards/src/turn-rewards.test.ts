import { describe, expect, it } from 'vitest';
import { groupOf } from '../test/written-group.js';
import { turnRewards } from './turn-rewards.js';

const GROUP = groupOf({ turns: [[], []] }, { turns: [[]] });
const outcomes = Float64Array.of(1, 0);

describe('turnRewards', () => {
  it('adds up parts and keeps them', () => {
    const parts = { a: Float64Array.of(0, 1, 0), b: Float64Array.of(-0.5, 0, 0.25) };
    const rewards = turnRewards(GROUP, { parts, outcomes });
    expect([...rewards.total]).toEqual([-0.5, 1, 0.25]);
    expect(rewards.parts).toEqual(parts);
    expect([...rewards.included]).toEqual([1, 1]);
    expect(rewards.exclusions).toEqual([]);
  });

  it('marks what is excluded', () => {
    const exclusions = [{ trajectory: 1, reason: 'aborted', message: '' }] as const;
    expect([...turnRewards(GROUP, { parts: {}, outcomes, exclusions }).included]).toEqual([1, 0]);
  });

  it.each([
    [{ parts: { a: Float64Array.of(1) }, outcomes }, 'parts.a: must hold 3 values, got 1'],
    [{ parts: { a: Float64Array.of(1, Number.NaN, 0) }, outcomes }, 'parts.a: must be finite, got NaN at 1'],
    [{ parts: {}, outcomes: Float64Array.of(1) }, 'outcomes: must hold 2 values, got 1'],
    [
      { parts: {}, outcomes, exclusions: [{ trajectory: 2, reason: 'aborted', message: '' } as const] },
      'exclusions: must name one of 2 trajectories, got 2',
    ],
  ])('refuses what does not fit the group', (given, message) => {
    expect(() => turnRewards(GROUP, given)).toThrow(new RangeError(message));
  });
});
