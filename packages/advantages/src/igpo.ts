import type { AdvantageEstimator, Gate } from './advantage-estimator.js';
import { checkEpsilon } from './check-epsilon.js';
import { checkShare } from './check-number.js';
import { discountedReturns } from './discounted-returns.js';
import { participatingTurns } from './participating-turns.js';
import { type RewardSource, rewardsOf } from './reward-source.js';
import { standardize } from './standardize.js';
import { checkTurnRewardBatch, type TurnRewardBatch } from './turn-reward-batch.js';

export interface IgpoOptions {
  /** Per turn, in [0, 1]. */
  readonly discount?: number;
  /** The information gain of every turn but the last. */
  readonly gain?: RewardSource;
  /** The reward of the last turn. */
  readonly outcome?: RewardSource;
  readonly epsilon?: number;
  readonly gate?: Gate;
}

/**
 * Information-gain policy optimization, arXiv 2510.14967 (read second-hand): each kind of reward is normalised over the
 * group by itself, then discounted and added up. (GTPO adds up first and normalises what comes out.)
 *
 *     z[i,j] = (g[i,j] - mean(g)) / (std(g) + epsilon)      over all turns of the group but the last of each trajectory
 *     z[i,T] = (o[i] - mean(o)) / (std(o) + epsilon)        over the last turns of the group
 *     A[i,j] = sum over m = j .. T of discount^(m - j) * z[i,m]
 *
 * By default `g` are the batch's rewards and `o` the raw outcomes. Edge cases: a kind with equal values, or with one
 * value, gives zeros; excluded trajectories leave mean and std and get 0.
 *
 * @throws RangeError for an option out of range; the estimator throws it for a malformed or incomplete batch.
 */
export function igpo({
  discount = 1,
  gain = 'rewards',
  outcome = 'outcomes',
  epsilon = 1e-6,
  gate = 'none',
}: IgpoOptions = {}): AdvantageEstimator {
  checkShare('discount', discount);
  checkEpsilon(epsilon);
  return (batch) => {
    const { trajectorySplits } = checkTurnRewardBatch(batch);
    const weights = participatingTurns(batch, gate);
    const last = lastTurns(batch);
    const only = (which: number) => weights.map((weight, turn) => (last[turn] === which ? weight : 0));
    const gains = overGroups(batch, rewardsOf(batch, gain), only(0), epsilon);
    const outcomes = overGroups(batch, rewardsOf(batch, outcome), only(1), epsilon);
    const kinds = gains.map((value, turn) => value + (outcomes[turn] as number));
    return { level: 'turn', values: discountedReturns(kinds, trajectorySplits, discount) };
  };
}

/** `[turns]`, 1 on the last turn of each trajectory, else 0. */
function lastTurns({ rewards, trajectorySplits }: TurnRewardBatch): Uint8Array {
  const last = new Uint8Array(rewards.length);
  for (let i = 0; i + 1 < trajectorySplits.length; i++) {
    const end = trajectorySplits[i + 1] as number;
    if (end > (trajectorySplits[i] as number)) last[end - 1] = 1;
  }
  return last;
}

function overGroups(
  batch: TurnRewardBatch,
  values: Float64Array,
  weights: Float64Array,
  epsilon: number,
): Float64Array {
  const { groupSplits, trajectorySplits } = batch;
  const result = new Float64Array(values.length);
  for (let g = 0; g + 1 < groupSplits.length; g++) {
    const from = trajectorySplits[groupSplits[g] as number] as number;
    const to = trajectorySplits[groupSplits[g + 1] as number] as number;
    standardize(values, weights, from, to, { std: 'sample', epsilon }, result);
  }
  return result;
}
