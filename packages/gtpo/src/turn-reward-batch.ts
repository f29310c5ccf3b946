import { checkTurnRewardBatch, type TurnRewardBatch } from '@turnwise/advantages';
import type { TurnRewards } from '@turnwise/rewards';
import type { TrajectoryGroup } from '@turnwise/trajectory';

/**
 * Joins the rewards of groups to the batch that an estimator reads: groups in order, their trajectories in order, their
 * turns in order. What the rewards excluded stays excluded. The fields that only some estimators read come along: parts
 * that all groups have, state keys if every turn has one, and the numbers of tokens.
 *
 * @throws RangeError when there is not one `TurnRewards` per group, or its lengths do not fit the group.
 * @example
 * const advantages = algorithm.advantages(turnRewardBatch(groups, rewards));
 */
export function turnRewardBatch(groups: readonly TrajectoryGroup[], rewards: readonly TurnRewards[]): TurnRewardBatch {
  if (rewards.length !== groups.length) {
    throw new RangeError(`rewards: must hold one entry per group, ${groups.length}, got ${rewards.length}`);
  }
  groups.forEach((group, g) => {
    checkGroup(group, rewards[g] as TurnRewards);
  });
  const turns = groups.flatMap(({ trajectories }) => trajectories.map((trajectory) => trajectory.turns.length));
  return checkTurnRewardBatch({
    rewards: Float64Array.from(rewards.flatMap(({ total }) => [...total])),
    trajectorySplits: splitsOf(turns),
    groupSplits: splitsOf(groups.map(({ trajectories }) => trajectories.length)),
    outcomes: Float64Array.from(rewards.flatMap(({ outcomes }) => [...outcomes])),
    included: Uint8Array.from(rewards.flatMap(({ included }) => [...included])),
    ...optionalFields(groups, rewards),
  });
}

/** What only some estimators read: parts and state keys where all groups have them, and how many tokens there are. */
function optionalFields(groups: readonly TrajectoryGroup[], rewards: readonly TurnRewards[]): Partial<TurnRewardBatch> {
  const turns = groups.flatMap(({ trajectories }) => trajectories.flatMap((trajectory) => trajectory.turns));
  const names = Object.keys(rewards[0]?.parts ?? {}).filter((name) => rewards.every(({ parts }) => name in parts));
  const joined = (name: string) =>
    Float64Array.from(rewards.flatMap(({ parts }) => [...(parts[name] as Float64Array)]));
  const stateKeys = turns.flatMap(({ stateKey }) => (stateKey === undefined ? [] : [stateKey]));
  return {
    parts: Object.fromEntries(names.map((name) => [name, joined(name)])),
    ...(stateKeys.length === turns.length ? { stateKeys } : {}),
    actionTokenSplits: splitsOf(turns.map(({ action }) => action.tokenIds.length)),
    observationTokens: Int32Array.from(turns, ({ observation }) => observation?.tokenIds.length ?? 0),
  };
}

function checkGroup({ task, trajectories }: TrajectoryGroup, { total, outcomes, included }: TurnRewards): void {
  const turns = trajectories.reduce((sum, trajectory) => sum + trajectory.turns.length, 0);
  const check = (name: string, length: number, expected: number) => {
    if (length !== expected) {
      throw new RangeError(`${name}: must hold ${expected} values for task ${task.id}, got ${length}`);
    }
  };
  check('rewards.total', total.length, turns);
  check('rewards.outcomes', outcomes.length, trajectories.length);
  check('rewards.included', included.length, trajectories.length);
}

function splitsOf(lengths: readonly number[]): Int32Array {
  const splits = new Int32Array(lengths.length + 1);
  lengths.forEach((length, i) => {
    splits[i + 1] = (splits[i] as number) + length;
  });
  return splits;
}
