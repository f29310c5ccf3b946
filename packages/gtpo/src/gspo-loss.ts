import { type ClippedSurrogateOptions, clippedSurrogate } from './clipped-surrogate.js';
import type { PolicyLoss } from './policy-loss.js';

/** Options of `gspoLoss`. */
export interface GspoLossOptions extends Omit<ClippedSurrogateOptions, 'ratio'> {
  /** `'token'`: GSPO-token, for advantages that differ inside a sequence. The same gradient where they do not. */
  readonly gradient?: 'sequence' | 'token';
}

/**
 * The loss of Group Sequence Policy Optimization, arXiv 2507.18071, Eqs. 5 and 7: the clipped surrogate with the ratio
 * of a whole sequence, `(pi / pi_b)^(1 / |y|)`, and its tight clips 3e-4 and 4e-4; the mean over sequences.
 *
 * With `gradient: 'token'` (Eq. 14) the ratio of a token has the same value, but is differentiated by the token's own
 * log-probability alone; this is what verl and SkyRL compute.
 *
 * @throws RangeError for an option out of range.
 */
export function gspoLoss({
  clipLow = 3e-4,
  clipHigh = 4e-4,
  gradient = 'sequence',
  aggregation = { kind: 'sequence-mean-token-mean' },
  ...options
}: GspoLossOptions = {}): PolicyLoss {
  const ratio = gradient === 'sequence' ? 'sequence' : 'sequence-token';
  return { ...clippedSurrogate({ clipLow, clipHigh, aggregation, ...options, ratio }), name: 'gspo' };
}
