import { type GrpoOptions as GrpoAdvantageOptions, grpo as grpoAdvantages } from '@turnwise/advantages';
import { type GrpoRewardOptions, grpoReward } from '@turnwise/rewards';
import type { Task } from '@turnwise/trajectory';
import { type ClippedSurrogateOptions, clippedSurrogate } from './clipped-surrogate.js';
import type { PolicyAlgorithm } from './policy-algorithm.js';

/** Every switch of the reward, of the estimator and of the loss. */
export interface GrpoOptions<T extends Task>
  extends GrpoRewardOptions<T>,
    GrpoAdvantageOptions,
    ClippedSurrogateOptions {}

/**
 * Group Relative Policy Optimization, arXiv 2402.03300, with the reward of the baseline in the GTPO paper (1 for a
 * correct trajectory in format, else 0), normalised over the trajectories of the group, and the clipped token-level
 * surrogate. The same loss as `gtpo`: only the credit differs.
 *
 * @throws RangeError for an option out of range.
 * @example
 * const algorithm = grpo({ verifier });
 */
export function grpo<T extends Task>(options: GrpoOptions<T>): PolicyAlgorithm<T> {
  return {
    name: 'grpo',
    reward: grpoReward(options),
    advantages: grpoAdvantages(options),
    loss: clippedSurrogate(options),
    regularizers: [],
  };
}
