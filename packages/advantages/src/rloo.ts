import type { AdvantageEstimator, Gate } from './advantage-estimator.js';
import { grpo } from './grpo.js';

/**
 * Leave-one-out advantages of trajectory rewards: RLOO, arXiv 2402.14740.
 *
 *     A[i,j] = r[i] - (1 / (G - 1)) * sum over k != i of r[k] = (r[i] - mean(r)) * G / (G - 1)
 *
 * `G` counts the trajectories that take part. The same as `grpo` with a baseline of the others and no deviation. Edge
 * cases: a group of one, equal rewards and an empty group give zeros; excluded trajectories leave the baseline and get 0.
 *
 * @throws RangeError (the estimator) for a malformed batch.
 * @example
 * // Trajectory rewards 1, 0, .35, one turn each.
 * rloo()(batch).values; // [0.825, -0.675, -0.15]
 */
export function rloo({ gate = 'none' }: { readonly gate?: Gate } = {}): AdvantageEstimator {
  return grpo({ baseline: 'leave-one-out', std: 'none', gate });
}
