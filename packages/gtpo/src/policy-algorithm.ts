import type { AdvantageEstimator } from '@turnwise/advantages';
import type { RewardFunction } from '@turnwise/rewards';
import type { Task } from '@turnwise/trajectory';
import type { PolicyLoss } from './policy-loss.js';
import type { Regularizer } from './regularizer.js';

/**
 * Reward, estimator, loss and regularizers: all that tells one algorithm from another. Swapping a part is changing one field:
 *
 * @example
 * const algorithm = { ...gtpo(options), advantages: rloo() };
 */
export interface PolicyAlgorithm<T extends Task = Task> {
  readonly name: string;
  /** Scores a group, turn by turn. */
  readonly reward: RewardFunction<T>;
  /** Turn rewards to advantages. */
  readonly advantages: AdvantageEstimator;
  readonly loss: PolicyLoss;
  /** Added to the loss of every action token. Default: none. */
  readonly regularizers?: readonly Regularizer[];
}
