/**
 * Effective sample size of importance ratios (Kish, 1965): how many equally weighted samples would have the same
 * variance.
 *
 *     ESS = (sum w)^2 / sum(w^2)
 *
 * Equal ratios give their number, one ratio that dwarfs the rest gives 1; no ratio, or only zeros, gives 0. Divide by
 * the number of ratios for a share.
 *
 * @throws RangeError for a ratio that is negative or not finite.
 * @example effectiveSampleSize([1, 1, 2]); // 16 / 6 = 2.666667
 */
export function effectiveSampleSize(ratios: ArrayLike<number>): number {
  let sum = 0;
  let squares = 0;
  let most = 0;
  for (let i = 0; i < ratios.length; i++) {
    const ratio = ratios[i] as number;
    if (!(ratio >= 0 && Number.isFinite(ratio))) {
      throw new RangeError(`ratios: must be finite and at least 0, got ${ratio} at ${i}`);
    }
    most = Math.max(most, ratio);
  }
  if (most === 0) return 0;
  // Relative to the largest, so that no square overflows.
  for (let i = 0; i < ratios.length; i++) {
    const share = (ratios[i] as number) / most;
    sum += share;
    squares += share * share;
  }
  return (sum * sum) / squares;
}
