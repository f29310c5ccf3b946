import { checkShare } from './check-option.js';
import { checkSplits } from './turn-reward-batch.js';

/**
 * Discounted return of every turn: the reward of the turn and of all later ones, discounted once per turn.
 *
 *     R[i,j] = sum over m = j .. T_i of discount^(m - j) * r[i,m]
 *
 * GTPO, arXiv 2511.14846, Eq. 6. The exponent counts turns, never tokens. Computed backwards,
 * `R[i,j] = r[i,j] + discount * R[i,j+1]`, so `discount = 0` gives the rewards and `discount = 1` the plain sums.
 *
 * @param rewards `[turns]`, trajectory after trajectory.
 * @param trajectorySplits `[trajectories + 1]` row offsets; a trajectory without turns gives nothing.
 * @param discount per turn, in [0, 1].
 * @returns `[turns]`, a new array.
 * @throws RangeError for a discount outside [0, 1] or splits that do not fit the rewards.
 * @example
 * discountedReturns(Float64Array.of(0, 0, 1), Int32Array.of(0, 3), 0.9); // [0.81, 0.9, 1]
 */
export function discountedReturns(rewards: Float64Array, trajectorySplits: Int32Array, discount: number): Float64Array {
  checkShare('discount', discount);
  checkSplits('trajectorySplits', trajectorySplits, rewards.length);
  const returns = new Float64Array(rewards.length);
  for (let i = 0; i + 1 < trajectorySplits.length; i++) {
    const first = trajectorySplits[i] as number;
    let next = 0;
    for (let turn = (trajectorySplits[i + 1] as number) - 1; turn >= first; turn--) {
      next = (rewards[turn] as number) + discount * next;
      returns[turn] = next;
    }
  }
  return returns;
}
