import { turnRewards } from '@turnwise/rewards';
import { describe, expect, it } from 'vitest';
import { groupOf } from '../test/written-trajectory.js';
import { turnRewardBatch } from './turn-reward-batch.js';

const FIRST = groupOf({ turns: [{}, {}] }, { turns: [{}] });
const SECOND = groupOf({ turns: [] }, { turns: [{}, {}, {}] });
const FIRST_REWARDS = turnRewards(FIRST, { parts: { a: Float64Array.of(1, 2, 3) }, outcomes: Float64Array.of(1, 0) });
const SECOND_REWARDS = turnRewards(SECOND, {
  parts: { a: Float64Array.of(4, 5, 6) },
  outcomes: Float64Array.of(0, 1),
  exclusions: [{ trajectory: 0, reason: 'no-turns', message: '' }],
});

describe('turnRewardBatch', () => {
  it('joins groups in order', () => {
    expect(turnRewardBatch([FIRST, SECOND], [FIRST_REWARDS, SECOND_REWARDS])).toEqual({
      rewards: Float64Array.of(1, 2, 3, 4, 5, 6),
      trajectorySplits: Int32Array.of(0, 2, 3, 3, 6),
      groupSplits: Int32Array.of(0, 2, 4),
      outcomes: Float64Array.of(1, 0, 0, 1),
      included: Uint8Array.of(1, 1, 0, 1),
      parts: { a: Float64Array.of(1, 2, 3, 4, 5, 6) },
      // Every turn acts and observes one token; none has a state key.
      actionTokenSplits: Int32Array.of(0, 1, 2, 3, 4, 5, 6),
      observationTokens: Int32Array.of(1, 1, 1, 1, 1, 1),
    });
  });

  it('brings the parts that all groups have, and state keys if every turn has one', () => {
    const keyed = (keys: readonly (string | undefined)[]) => {
      const group = groupOf({ turns: [{}, { action: [5, 5], observation: null }] });
      const [trajectory] = group.trajectories as [(typeof group.trajectories)[0]];
      const turns = trajectory.turns.map((turn, j) => ({ ...turn, ...(keys[j] ? { stateKey: keys[j] } : {}) }));
      return { ...group, trajectories: [{ ...trajectory, turns }] };
    };
    const rewards = (names: readonly string[]) =>
      turnRewards(keyed([]), {
        parts: Object.fromEntries(names.map((name) => [name, Float64Array.of(1, 2)])),
        outcomes: Float64Array.of(1),
      });
    const batch = turnRewardBatch([keyed(['s', 't']), keyed(['s', 'u'])], [rewards(['a', 'b']), rewards(['b'])]);
    expect(batch.parts).toEqual({ b: Float64Array.of(1, 2, 1, 2) });
    expect(batch.stateKeys).toEqual(['s', 't', 's', 'u']);
    expect(batch.actionTokenSplits).toEqual(Int32Array.of(0, 1, 3, 4, 6));
    expect(batch.observationTokens).toEqual(Int32Array.of(1, 0, 1, 0));
    const lacking = turnRewardBatch([keyed(['s', undefined])], [rewards(['a'])]);
    expect(lacking).not.toHaveProperty('stateKeys');
  });

  it('accepts no group', () => {
    expect(turnRewardBatch([], []).groupSplits).toEqual(Int32Array.of(0));
  });

  it('refuses rewards of other groups', () => {
    expect(() => turnRewardBatch([FIRST], [])).toThrow('rewards: must hold one entry per group, 1, got 0');
    const short = { ...FIRST_REWARDS, total: Float64Array.of(1) };
    expect(() => turnRewardBatch([FIRST], [short])).toThrow('rewards.total: must hold 3 values for task task, got 1');
    const few = { ...FIRST_REWARDS, outcomes: Float64Array.of(1) };
    expect(() => turnRewardBatch([FIRST], [few])).toThrow('rewards.outcomes: must hold 2 values for task task, got 1');
    const blind = { ...FIRST_REWARDS, included: Uint8Array.of() };
    expect(() => turnRewardBatch([FIRST], [blind])).toThrow(
      'rewards.included: must hold 2 values for task task, got 0',
    );
  });
});
