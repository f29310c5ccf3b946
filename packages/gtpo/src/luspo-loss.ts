import { type GspoLossOptions, gspoLoss } from './gspo-loss.js';
import type { PolicyLoss } from './policy-loss.js';

/**
 * The loss of Length-Unbiased Sequence Policy Optimization, arXiv 2602.05261: that of GSPO, times the length of the
 * sequence, so that a long answer weighs as much per token as a short one.
 *
 *     loss = (1 / sequences) * sum over i of |y_i| * -min(s_i * A_i, clip(s_i, 1 - clipLow, 1 + clipHigh) * A_i)
 *
 * with GSPO's ratio `s_i`. The sum over the tokens of a sequence is that factor, so this is `gspoLoss` with the mean over
 * sequences of their tokens' sum.
 *
 * @throws RangeError for an option out of range.
 */
export function luspoLoss(options: GspoLossOptions = {}): PolicyLoss {
  return { ...gspoLoss({ aggregation: { kind: 'sequence-mean-token-sum' }, ...options }), name: 'luspo' };
}
