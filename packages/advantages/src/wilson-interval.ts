import { checkConfidence, type Interval } from './interval.js';
import { normalQuantile } from './normal-quantile.js';

/**
 * Wilson score interval of a share (E. B. Wilson, 1927). With p = successes / total and z the normal quantile:
 *
 *     center = (p + z^2 / 2n) / (1 + z^2 / n)
 *     half   = z / (1 + z^2 / n) * sqrt(p (1 - p) / n + z^2 / 4n^2)
 *
 * It stays inside [0, 1] and is honest at 0 % and 100 %. No trial at all gives [0, 1].
 *
 * @throws RangeError unless 0 <= successes <= total, both whole numbers, and 0 < confidence < 1.
 * @example wilsonInterval(8, 10); // { low: 0.490162, high: 0.943318 }
 */
export function wilsonInterval(successes: number, total: number, confidence = 0.95): Interval {
  if (!(Number.isInteger(total) && total >= 0)) {
    throw new RangeError(`total: must be a whole number of at least 0, got ${total}`);
  }
  if (!(Number.isInteger(successes) && successes >= 0 && successes <= total)) {
    throw new RangeError(`successes: must be a whole number from 0 to ${total}, got ${successes}`);
  }
  checkConfidence(confidence);
  const z = normalQuantile((1 + confidence) / 2);
  const share = successes / total;
  const shrink = 1 / (1 + (z * z) / total);
  const center = (share + (z * z) / (2 * total)) * shrink;
  const half = z * shrink * Math.sqrt((share * (1 - share)) / total + (z * z) / (4 * total * total));
  // Without a trial both ends are these, and what was computed is not a number.
  return {
    low: successes === 0 ? 0 : center - half,
    high: successes === total ? 1 : center + half,
  };
}
