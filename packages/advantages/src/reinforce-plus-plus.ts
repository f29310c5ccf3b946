import type { AdvantageEstimator, Gate } from './advantage-estimator.js';
import { checkEpsilon, checkShare } from './check-option.js';
import { discountedReturns } from './discounted-returns.js';
import { spread } from './spread.js';
import { participants } from './statistic-sets.js';
import { onActionTokens, tokenLayout } from './token-layout.js';
import { checkTokenDiscount, type TokenDiscount, tokenReturns } from './token-returns.js';
import { checkTurnRewardBatch, requireField } from './turn-reward-batch.js';
import { whiten } from './whiten.js';

/** Options of `reinforcePlusPlus`. */
export interface ReinforcePlusPlusOptions {
  /** In [0, 1]. */
  readonly discount?: number;
  /** What the discount counts: turns, or tokens in one of three ways (`tokenReturns`). */
  readonly counting?: 'turn' | TokenDiscount;
  /** Added to the standard deviation. */
  readonly epsilon?: number;
  readonly gate?: Gate;
}

/**
 * Advantages of REINFORCE++, arXiv 2501.03262: the discounted return of every token, whitened over all action tokens of
 * the batch. No group is needed, and groups do see each other.
 *
 *     G[t] = sum over later action tokens s of discount^(tokens between) * r[s]      r lies on the last token of a turn
 *     A[t] = (G[t] - mean(G)) / (std(G) + epsilon)                                  over the action tokens of the batch
 *
 * Needs `actionTokenSplits`; `counting: 'all-token'` and `'cut-at-tool'` need `observationTokens` too. Without the
 * whitening these are `tokenReturns`. Verl adds its epsilon (1e-8) to the variance.
 *
 * Edge cases: equal returns and a single token give zeros; excluded trajectories leave the statistics and get 0; a turn
 * without action tokens has its reward added to the turn before.
 *
 * @returns level `'token'`.
 * @throws RangeError for an option out of range; the estimator throws it for a malformed or incomplete batch.
 */
export function reinforcePlusPlus({
  discount = 1,
  counting = 'action-token',
  epsilon = 1e-6,
  gate = 'none',
}: ReinforcePlusPlusOptions = {}): AdvantageEstimator {
  checkShare('discount', discount);
  checkEpsilon(epsilon);
  if (counting !== 'turn') checkTokenDiscount(counting);
  const reader = 'reinforcePlusPlus';
  return (batch) => {
    checkTurnRewardBatch(batch);
    const observations = counting === 'all-token' || counting === 'cut-at-tool';
    const layout = tokenLayout(batch, participants(batch, gate), { reader, observations });
    return { level: 'token', ...whiten(returnsOf(), layout.weights, { epsilon }) };

    function returnsOf(): Float64Array {
      if (counting === 'turn') {
        const returns = discountedReturns(batch.rewards, batch.trajectorySplits, discount);
        return spread(returns, requireField(batch, 'actionTokenSplits', reader));
      }
      return onActionTokens(tokenReturns(layout, { discount, counting }), layout);
    }
  };
}
