import type { AdvantageEstimator, Gate } from './advantage-estimator.js';
import { checkEpsilon } from './check-option.js';
import { type Comparison, creditOf, creditOfRows } from './credit.js';
import { spread } from './spread.js';
import { standardize } from './standardize.js';
import { participants } from './statistic-sets.js';
import { trajectoryRewards } from './trajectory-rewards.js';
import { checkTurnRewardBatch } from './turn-reward-batch.js';

/**
 * Advantages of maximum-likelihood reinforcement learning (MaxRL; read from the code of SkyRL, not from its paper):
 * the deviation from the group's mean, divided by that mean, so that hard tasks weigh more.
 *
 *     A[i,j] = (r[i] - mean(r)) / (mean(r) + epsilon)      the same for every turn of trajectory i
 *
 * Meant for rewards of at least 0: with penalties the mean can come near 0 or below, and the advantage explodes or
 * changes its sign. A mean of exactly `-epsilon` is an error. Equal rewards, a group of one and an empty group give
 * zeros; excluded trajectories leave the mean and get 0.
 *
 * @throws RangeError for a negative epsilon; the estimator throws it for a malformed batch, or `mean + epsilon` = 0.
 * @example
 * // Trajectory rewards 1, 0, .35, one turn each; mean .45.
 * maxrl()(batch).values; // [1.222220, -0.999998, -0.222222]
 */
export function maxrl({
  epsilon = 1e-6,
  gate = 'none',
}: {
  readonly epsilon?: number;
  readonly gate?: Gate;
} = {}): AdvantageEstimator {
  checkEpsilon(epsilon);
  return (batch) => {
    checkTurnRewardBatch(batch);
    const { groupSplits, trajectorySplits } = batch;
    const rewards = trajectoryRewards(batch.rewards, trajectorySplits);
    const weights = Float64Array.from(participants(batch, gate));
    const values = new Float64Array(rewards.length);
    const divisors = new Float64Array(rewards.length).fill(1);
    for (let g = 0; g + 1 < groupSplits.length; g++) {
      const from = groupSplits[g] as number;
      const to = groupSplits[g + 1] as number;
      standardize(rewards, weights, from, to, { std: 'none', epsilon: 0 }, values);
      for (let i = from; i < to; i++) {
        const difference = values[i] as number;
        if (difference === 0) continue;
        divisors[i] = divisor((rewards[i] as number) - difference + epsilon, g);
        values[i] = difference / (divisors[i] as number);
      }
    }
    const comparison: Comparison = (i) => {
      const deviation = divisors[i] as number;
      return { baseline: (rewards[i] as number) - (values[i] as number) * deviation, deviation };
    };
    return {
      level: 'turn',
      values: spread(values, trajectorySplits),
      credit: creditOfRows(creditOf(rewards, weights, comparison), trajectorySplits),
    };
  };
}

function divisor(value: number, group: number): number {
  if (value === 0) throw new RangeError(`rewards: their mean plus epsilon must not be 0, got 0 in group ${group}`);
  return value;
}
