import type { AdvantageEstimator, Gate } from './advantage-estimator.js';
import { spreadOverTurns } from './spread-over-turns.js';
import { standardize } from './standardize.js';
import { participants } from './statistic-sets.js';
import { trajectoryRewards } from './trajectory-rewards.js';
import { checkTurnRewardBatch } from './turn-reward-batch.js';

/**
 * Leave-one-out advantages of trajectory rewards: RLOO, arXiv 2402.14740.
 *
 *     A[i,j] = r[i] - (1 / (G - 1)) * sum over k != i of r[k] = (r[i] - mean(r)) * G / (G - 1)
 *
 * `G` counts the trajectories that take part. Edge cases: a group of one, equal rewards and an empty group give zeros;
 * excluded trajectories leave the baseline and get 0.
 *
 * @throws RangeError for a malformed batch.
 * @example
 * // Trajectory rewards 1, 0, .35, one turn each.
 * rloo()(batch).values; // [0.825, -0.675, -0.15]
 */
export function rloo({ gate = 'none' }: { readonly gate?: Gate } = {}): AdvantageEstimator {
  return (batch) => {
    checkTurnRewardBatch(batch);
    const { groupSplits, trajectorySplits } = batch;
    const rewards = trajectoryRewards(batch.rewards, trajectorySplits);
    const weights = Float64Array.from(participants(batch, gate));
    const values = new Float64Array(rewards.length);
    for (let g = 0; g + 1 < groupSplits.length; g++) {
      const from = groupSplits[g] as number;
      const to = groupSplits[g + 1] as number;
      standardize(rewards, weights, from, to, { std: 'none', epsilon: 0 }, values);
      const size = weights.subarray(from, to).reduce((sum, weight) => sum + weight, 0);
      for (let i = from; i < to && size > 1; i++) values[i] = (values[i] as number) * (size / (size - 1));
    }
    return { level: 'turn', values: spreadOverTurns(values, trajectorySplits) };
  };
}
