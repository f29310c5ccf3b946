import { checkSplits } from './turn-reward-batch.js';

/**
 * Trajectory rewards: the sum of the turn rewards, `r[i] = sum over j of r[i,j]`; 0 for a trajectory without turns.
 *
 * @param rewards `[turns]`.
 * @param trajectorySplits `[trajectories + 1]` row offsets.
 * @returns `[trajectories]`, a new array.
 * @throws RangeError for splits that do not fit the rewards.
 */
export function trajectoryRewards(rewards: Float64Array, trajectorySplits: Int32Array): Float64Array {
  checkSplits('trajectorySplits', trajectorySplits, rewards.length);
  const sums = new Float64Array(trajectorySplits.length - 1);
  for (let i = 0; i < sums.length; i++) {
    let sum = 0;
    for (let turn = trajectorySplits[i] as number; turn < (trajectorySplits[i + 1] as number); turn++) {
      sum += rewards[turn] as number;
    }
    sums[i] = sum;
  }
  return sums;
}
