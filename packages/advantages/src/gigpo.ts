import type { AdvantageEstimator, Gate } from './advantage-estimator.js';
import { anchorState } from './anchor-state.js';
import { checkWeight } from './check-option.js';
import { composeAdvantages } from './compose-advantages.js';
import { grpo } from './grpo.js';
import type { Deviation } from './standardize.js';

/** Options of `gigpo`. */
export interface GigpoOptions {
  /** Per turn, of the step-level returns, in [0, 1]. */
  readonly discount?: number;
  /** Of the step-level part. */
  readonly omega?: number;
  /** Of both parts; the authors' code has `'none'` by default (`mean_norm`). */
  readonly std?: Deviation;
  readonly epsilon?: number;
  readonly gate?: Gate;
}

/**
 * Group-in-Group Policy Optimization, arXiv 2505.10978, Eq. 9: the group-relative advantage of the trajectory, plus that
 * of the turn among the turns of the group that started from the same state.
 *
 *     A[i,j] = A_E[i] + omega * A_S[i,j]
 *
 * `A_E` is `grpo`, `A_S` is `anchorState`; `parts` shows them as `trajectory` and `step`. Needs `stateKeys`. Edge cases:
 * those of the two.
 *
 * @throws RangeError for an option out of range; the estimator throws it for a malformed or incomplete batch.
 */
export function gigpo({
  discount = 0.95,
  omega = 1,
  std = 'none',
  epsilon = 1e-6,
  gate = 'none',
}: GigpoOptions = {}): AdvantageEstimator {
  checkWeight('omega', omega);
  return composeAdvantages([
    { name: 'trajectory', estimator: grpo({ std, epsilon, gate }) },
    { name: 'step', estimator: anchorState({ discount, std, epsilon, gate }), weight: omega },
  ]);
}
