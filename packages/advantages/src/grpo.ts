import type { AdvantageEstimator, Gate, Scope } from './advantage-estimator.js';
import { checkEpsilon } from './check-epsilon.js';
import { spreadOverTurns } from './spread-over-turns.js';
import { type Deviation, standardize } from './standardize.js';
import { participants, statisticSets } from './statistic-sets.js';
import { trajectoryRewards } from './trajectory-rewards.js';
import { checkTurnRewardBatch } from './turn-reward-batch.js';

export interface GrpoOptions {
  /** `'none'` leaves the deviation from the mean undivided (Dr. GRPO, arXiv 2503.20783). */
  readonly std?: Deviation;
  /** Added to the standard deviation; unused when `std` is `'none'`. */
  readonly epsilon?: number;
  /** Mean and standard deviation over the trajectories of one group, or of the batch. */
  readonly scope?: Scope;
  /** `'outcome'`: groups whose raw outcomes are all equal get 0. */
  readonly gate?: Gate;
}

/**
 * Group-relative advantages of trajectory rewards: GRPO, arXiv 2402.03300.
 *
 *     r[i] = sum over turns j of r[i,j]
 *     A[i,j] = (r[i] - mean(r)) / (std(r) + epsilon)      the same for every turn of trajectory i
 *
 * Edge cases: equal rewards, a group of one and an empty group give zeros; excluded trajectories and trajectories
 * without turns leave mean and std, and excluded ones get 0.
 *
 * @throws RangeError for an option out of range; the estimator throws it for a malformed batch.
 * @example
 * // Trajectory rewards 1, 0, .35, one turn each.
 * grpo()(batch).values; // [1.083860, -0.886795, -0.197065]
 * grpo({ std: 'none' })(batch).values; // [0.55, -0.45, -0.1]
 */
export function grpo({
  std = 'sample',
  epsilon = 1e-6,
  scope = 'group',
  gate = 'none',
}: GrpoOptions = {}): AdvantageEstimator {
  if (!['sample', 'population', 'none'].includes(std)) {
    throw new RangeError(`std: must be 'sample', 'population' or 'none', got ${std}`);
  }
  checkEpsilon(epsilon);
  return (batch) => {
    checkTurnRewardBatch(batch);
    const rewards = trajectoryRewards(batch.rewards, batch.trajectorySplits);
    const weights = Float64Array.from(participants(batch, gate));
    const sets = statisticSets(batch, scope);
    const values = new Float64Array(rewards.length);
    for (let s = 0; s + 1 < sets.length; s++) {
      standardize(rewards, weights, sets[s] as number, sets[s + 1] as number, { std, epsilon }, values);
    }
    return { level: 'turn', values: spreadOverTurns(values, batch.trajectorySplits) };
  };
}
