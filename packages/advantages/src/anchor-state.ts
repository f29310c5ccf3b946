import type { AdvantageEstimator, Gate } from './advantage-estimator.js';
import { checkEpsilon, checkShare } from './check-option.js';
import { discountedReturns } from './discounted-returns.js';
import { participatingTurns } from './participating-turns.js';
import type { Deviation } from './standardize.js';
import { standardizeSets } from './standardize-sets.js';
import { checkTurnRewardBatch } from './turn-reward-batch.js';
import { anchorStateSets } from './turn-sets.js';

/** Options of `anchorState`. */
export interface AnchorStateOptions {
  /** Per turn, in [0, 1]. */
  readonly discount?: number;
  readonly std?: Deviation;
  /** Added to the standard deviation. */
  readonly epsilon?: number;
  readonly gate?: Gate;
}

/**
 * The step-level advantage of GiGPO, arXiv 2505.10978, Eqs. 6 to 8: the discounted return of a turn, relative to all
 * turns of the group that started from the same state (the anchor state).
 *
 *     A[i,j] = (R[i,j] - mean(S)) / (std(S) + epsilon)      S = returns of the group's turns with the same state key
 *
 * A trajectory that comes back to a state counts there once per visit. `std: 'none'` is the default of the authors.
 *
 * Needs `stateKeys`. Edge cases: a state seen once, equal returns and an empty group give zeros; excluded trajectories
 * leave mean and std and get 0. The first turns of a group all start from the same state.
 *
 * @throws RangeError for an option out of range; the estimator throws it for a malformed or incomplete batch.
 */
export function anchorState({
  discount = 0.95,
  std = 'none',
  epsilon = 1e-6,
  gate = 'none',
}: AnchorStateOptions = {}): AdvantageEstimator {
  checkShare('discount', discount);
  checkEpsilon(epsilon);
  return (batch) => {
    const { rewards, trajectorySplits } = checkTurnRewardBatch(batch);
    const returns = discountedReturns(rewards, trajectorySplits, discount);
    const sets = anchorStateSets(batch, 'anchorState');
    const weights = participatingTurns(batch, gate);
    return { level: 'turn', ...standardizeSets(returns, weights, sets, { std, epsilon }) };
  };
}
