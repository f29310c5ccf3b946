import type { AdvantageEstimator } from './advantage-estimator.js';
import { anchorState } from './anchor-state.js';
import { composeAdvantages } from './compose-advantages.js';
import { grpo } from './grpo.js';
import { type RewardSource, withRewards } from './reward-source.js';
import { turnIndex } from './turn-index.js';

/** Options of `composedTurnCredit`. */
export interface ComposedTurnCreditOptions {
  /** Weight of the step-level part. */
  readonly omega?: number;
  /** Weight of the turn's own reward. */
  readonly lambda?: number;
  /** Per turn, of the outcome's return, in [0, 1]. */
  readonly discount?: number;
  /** The turn's own rewards. */
  readonly turnRewards?: RewardSource;
  readonly epsilon?: number;
}

/**
 * Three kinds of credit for a turn in one sum, our own composition of published parts:
 *
 *     A[i,k] = z(o[i]) + omega * z(A_S[i,k]) + lambda * z_k(r[i,k])
 *
 * - `outcome`: the raw outcome, normalised over the group (GRPO);
 * - `step`: the discounted return of the outcome, normalised over the group's turns at the same anchor state (GiGPO);
 *   only in groups where outcomes differ;
 * - `turn`: the turn's own reward, normalised over the group at turn index k (MT-GRPO).
 *
 * Needs `stateKeys`. `turnRewards` should not hold the outcome: name a part of the batch, or give a batch whose rewards
 * are those of turns. Edge cases: those of `grpo`, `anchorState` and `turnIndex`.
 *
 * @throws RangeError for an option out of range; the estimator throws it for a malformed or incomplete batch.
 */
export function composedTurnCredit({
  omega = 1,
  lambda = 1,
  discount = 0.95,
  turnRewards = 'rewards',
  epsilon = 1e-6,
}: ComposedTurnCreditOptions = {}): AdvantageEstimator {
  const step = anchorState({ discount, std: 'sample', epsilon });
  return composeAdvantages([
    { name: 'outcome', estimator: withRewards('outcomes', grpo({ epsilon })) },
    { name: 'step', estimator: withRewards('outcomes', step), weight: omega, gate: 'outcome' },
    { name: 'turn', estimator: withRewards(turnRewards, turnIndex({ epsilon })), weight: lambda },
  ]);
}
