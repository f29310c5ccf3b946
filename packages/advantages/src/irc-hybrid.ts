import type { AdvantageEstimator, Gate } from './advantage-estimator.js';
import { checkWeight } from './check-option.js';
import { composeAdvantages } from './compose-advantages.js';
import { grpo } from './grpo.js';
import { gtpo } from './gtpo.js';
import { withRewards } from './reward-source.js';

/** Options of `ircHybrid`. */
export interface IrcHybridOptions {
  /** Per turn, in [0, 1]. */
  readonly discount?: number;
  /** Weight of the trajectory's own advantage. */
  readonly lambda?: number;
  readonly epsilon?: number;
  readonly gate?: Gate;
}

/**
 * The hybrid advantage of IRC, arXiv 2604.02869 (read second-hand): returns of the turn rewards and of the outcome
 * together, normalised over all turns of the group, plus a share of the outcome's own group-relative advantage.
 *
 *     A[i,k] = GN(R[i,k] + discount^(K-k) * o[i]) + lambda * A_O[i]      K = turns of trajectory i
 *
 * `GN` is the normalisation of GTPO's Eq. 7; `parts` shows the two as `return` and `outcome`. The batch's rewards must
 * not hold the outcome already. Edge cases: those of `gtpo` and `grpo`.
 *
 * @throws RangeError for an option out of range; the estimator throws it for a malformed batch.
 */
export function ircHybrid({
  discount = 0.9,
  lambda = 0.3,
  epsilon = 1e-6,
  gate = 'none',
}: IrcHybridOptions = {}): AdvantageEstimator {
  checkWeight('lambda', lambda);
  return composeAdvantages([
    { name: 'return', estimator: withRewards('rewards-and-outcomes', gtpo({ discount, epsilon, gate })) },
    { name: 'outcome', estimator: withRewards('outcomes', grpo({ epsilon, gate })), weight: lambda },
  ]);
}
