import type { AdvantageEstimator } from './advantage-estimator.js';
import { checkEpsilon, checkShare } from './check-option.js';
import { shifted } from './credit.js';
import { participatingTurns } from './participating-turns.js';
import { tokenGae } from './token-gae.js';
import { checkLength, checkTurnRewardBatch, requireField } from './turn-reward-batch.js';
import { whiten as whitened } from './whiten.js';

/** Options of `turnGae`. */
export interface TurnGaeOptions {
  /** Per turn, in [0, 1]. */
  readonly discount?: number;
  /** In [0, 1]. */
  readonly lambda?: number;
  /** Over all turns of the batch. */
  readonly whiten?: boolean;
  /** Added to the standard deviation. */
  readonly epsilon?: number;
}

/**
 * Advantages of Turn-PPO, arXiv 2512.17008 (read second-hand): an action of the decision process is a whole turn, a
 * critic gives the value of the state before it, and advantage estimation runs over turns.
 *
 *     delta[j] = r[j] + discount * V[j + 1] - V[j]
 *     A[j]     = sum over l of (discount * lambda)^l * delta[j + l]
 *
 * Needs `values`, one per turn. Its loss takes the ratio of a whole turn (`ratio: 'turn'` in `@turnwise/gtpo`). Edge
 * cases: as `gae`.
 *
 * @throws RangeError for an option out of range; the estimator throws it for a malformed or incomplete batch.
 */
export function turnGae({
  discount = 0.99,
  lambda = 0.95,
  whiten = true,
  epsilon = 1e-6,
}: TurnGaeOptions = {}): AdvantageEstimator {
  checkShare('discount', discount);
  checkShare('lambda', lambda);
  checkEpsilon(epsilon);
  return (batch) => {
    const { rewards, trajectorySplits } = checkTurnRewardBatch(batch);
    const values = requireField(batch, 'values', 'turnGae');
    checkLength('values', values.length, rewards.length);
    const turns = { rewards, actionMask: new Uint8Array(rewards.length).fill(1), splits: trajectorySplits };
    const advantages = tokenGae(turns, values, { discount, lambda });
    const result = whitened(advantages, participatingTurns(batch, 'none'), { whiten, epsilon });
    return { level: 'turn', values: result.values, credit: shifted(result.credit, (j) => values[j] as number) };
  };
}
