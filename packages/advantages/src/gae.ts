import type { AdvantageEstimator } from './advantage-estimator.js';
import { checkEpsilon, checkShare } from './check-option.js';
import { shifted } from './credit.js';
import { participants } from './statistic-sets.js';
import { type TokenGaeOptions, tokenGae } from './token-gae.js';
import { tokenLayout } from './token-layout.js';
import { checkLength, checkTurnRewardBatch, requireField } from './turn-reward-batch.js';
import { whiten as whitened } from './whiten.js';

/** Options of `gae`. */
export interface GaeOptions extends Partial<Omit<TokenGaeOptions, 'toolTokens'>> {
  /** Over all action tokens of the batch, as PPO implementations do. */
  readonly whiten?: boolean;
  /** Added to the standard deviation. */
  readonly epsilon?: number;
}

/**
 * Advantages of PPO (arXiv 1707.06347): generalized advantage estimation (arXiv 1506.02438) over the action tokens of a
 * trajectory, which skips tool tokens, then whitened over the batch.
 *
 *     delta[t] = r[t] + discount * V[t + 1] - V[t]        r lies on the last action token of a turn
 *     A[t]     = sum over l of (discount * lambda)^l * delta[t + l]
 *
 * Needs `actionTokenSplits` and `values`, one per action token. Edge cases: whitening gives zeros for equal advantages;
 * excluded trajectories leave its statistics and get 0; rewards of 0 do *not* give zeros, because values are subtracted.
 *
 * @returns level `'token'`.
 * @throws RangeError for an option out of range; the estimator throws it for a malformed or incomplete batch.
 */
export function gae({
  discount = 1,
  lambda = 0.95,
  whiten = true,
  epsilon = 1e-6,
}: GaeOptions = {}): AdvantageEstimator {
  checkShare('discount', discount);
  checkShare('lambda', lambda);
  checkEpsilon(epsilon);
  return (batch) => {
    checkTurnRewardBatch(batch);
    const layout = tokenLayout(batch, participants(batch, 'none'), { reader: 'gae', observations: false });
    const values = requireField(batch, 'values', 'gae');
    checkLength('values', values.length, layout.rewards.length);
    const advantages = tokenGae(layout, values, { discount, lambda });
    const result = whitened(advantages, layout.weights, { whiten, epsilon });
    return { level: 'token', values: result.values, credit: shifted(result.credit, (t) => values[t] as number) };
  };
}
