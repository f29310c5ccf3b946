import { type GtpoOptions as GtpoAdvantageOptions, gtpo as gtpoAdvantages } from '@turnwise/advantages';
import { type GtpoRewardOptions, gtpoReward } from '@turnwise/rewards';
import type { Task } from '@turnwise/trajectory';
import { type ClippedSurrogateOptions, clippedSurrogate } from './clipped-surrogate.js';
import type { PolicyAlgorithm } from './policy-algorithm.js';

/** Every switch of the reward, of the estimator and of the loss; each has the paper's default. */
export interface GtpoOptions<T extends Task>
  extends GtpoRewardOptions<T>,
    GtpoAdvantageOptions,
    ClippedSurrogateOptions {}

/**
 * Group Turn Policy Optimization, arXiv 2511.14846: turn rewards (Eq. 5) with self-supervised shaping (Section 3.4),
 * discounted returns (Eq. 6) normalised over all turns of the group (Eq. 7), and the clipped token-level surrogate.
 *
 * Not the two other methods that are called GTPO: arXiv 2508.03772 (conflict tokens, entropy filter) and arXiv
 * 2508.04349 (entropy-weighted token rewards).
 *
 * Ablations: `turnReward: 'off'`, `discount: 1`, `shaping: 'off'`; variants: `scope: 'batch'`, `gate: 'outcome'`,
 * `weighting: 'trajectory'`, `ddof: 0`, `executionErrors: true`, `clipHigh: 0.28`.
 *
 * @throws RangeError for an option out of range.
 * @example
 * const algorithm = gtpo({ verifier, shaping: { definitions: (task) => tools.definitions(task) } });
 */
export function gtpo<T extends Task>(options: GtpoOptions<T>): PolicyAlgorithm<T> {
  return {
    name: 'gtpo',
    reward: gtpoReward(options),
    advantages: gtpoAdvantages(options),
    loss: clippedSurrogate(options),
    regularizers: [],
  };
}
