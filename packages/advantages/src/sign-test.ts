/** What the sign test counted and concluded. */
export interface SignTest {
  readonly positive: number;
  readonly negative: number;
  readonly ties: number;
  /** Two-sided. */
  readonly pValue: number;
}

/**
 * Exact two-sided sign test of paired differences: is "above 0" as likely as "below 0"? Ties are left out. With n
 * signs, of which the rarer occurs m times:
 *
 *     p = min(1, 2 * sum over k = 0 .. m of C(n, k) / 2^n)
 *
 * No difference at all gives p = 1.
 *
 * @throws RangeError for a difference that is NaN.
 * @example signTest([1, 2, 3, 1, 2]).pValue; // 2 / 2^5 = 0.0625
 */
export function signTest(differences: ArrayLike<number>): SignTest {
  let positive = 0;
  let negative = 0;
  for (let i = 0; i < differences.length; i++) {
    const difference = differences[i] as number;
    if (Number.isNaN(difference)) throw new RangeError(`differences: must be numbers, got NaN at ${i}`);
    if (difference > 0) positive += 1;
    if (difference < 0) negative += 1;
  }
  const ties = differences.length - positive - negative;
  return { positive, negative, ties, pValue: twoSided(Math.min(positive, negative), positive + negative) };
}

/** Binomial coefficients by logarithms, so that many pairs do not overflow. */
function twoSided(rarer: number, signs: number): number {
  let logTerm = -signs * Math.LN2;
  let tail = Math.exp(logTerm);
  for (let k = 1; k <= rarer; k++) {
    logTerm += Math.log((signs - k + 1) / k);
    tail += Math.exp(logTerm);
  }
  return Math.min(1, 2 * tail);
}
