import type { AdvantageEstimator, Gate } from './advantage-estimator.js';
import { checkEpsilon } from './check-option.js';
import { type Credit, type CreditTerm, rowOf, shifted } from './credit.js';
import { grpo } from './grpo.js';
import { spread } from './spread.js';
import { participants } from './statistic-sets.js';
import { tokenLayout } from './token-layout.js';
import { requireField } from './turn-reward-batch.js';
import { whiten } from './whiten.js';

/**
 * Advantages of REINFORCE++ with a group baseline, arXiv 2501.03262: the trajectory reward less the mean of its group,
 * then whitened over all action tokens of the batch, so that a long trajectory weighs more in the statistics.
 *
 *     d[i] = r[i] - mean(r of the group)
 *     A[t] = (d[i] - mean(d)) / (std(d) + epsilon)      over the action tokens t of the batch
 *
 * Needs `actionTokenSplits`. Edge cases: as `reinforcePlusPlus`; a group of one has d = 0 (verl keeps its reward).
 *
 * @returns level `'token'`.
 * @throws RangeError for an option out of range; the estimator throws it for a malformed or incomplete batch.
 */
export function reinforcePlusPlusBaseline({
  epsilon = 1e-6,
  gate = 'none',
}: {
  readonly epsilon?: number;
  readonly gate?: Gate;
} = {}): AdvantageEstimator {
  checkEpsilon(epsilon);
  const reader = 'reinforcePlusPlusBaseline';
  const relative = grpo({ std: 'none', gate });
  return (batch) => {
    const { values, credit } = relative(batch);
    const { weights } = tokenLayout(batch, participants(batch, gate), { reader, observations: false });
    const splits = requireField(batch, 'actionTokenSplits', reader);
    const whitened = whiten(spread(values, splits), weights, { epsilon });
    const mean = (token: number) => ((credit as Credit)(rowOf(splits, token))[0] as CreditTerm).baseline;
    return { level: 'token', values: whitened.values, credit: shifted(whitened.credit, mean) };
  };
}
