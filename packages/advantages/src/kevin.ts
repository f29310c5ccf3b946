import type { AdvantageEstimator } from './advantage-estimator.js';
import { type GtpoOptions, gtpo } from './gtpo.js';

/**
 * Returns of Kevin, arXiv 2507.11948: the score of a turn and the discounted scores of all later ones, normalised over
 * all turns of the prompt.
 *
 *     R[i,t] = sum over k >= t of discount^(k - t) * s[i,k]      discount .4
 *
 * The same formula as GTPO's Eqs. 6 and 7 with another discount and another reward (every turn has a score of its own),
 * so this is `gtpo` by that name.
 *
 * @throws RangeError as `gtpo`.
 */
export function kevin(options: GtpoOptions = {}): AdvantageEstimator {
  return gtpo({ discount: 0.4, ...options });
}
