import type { Deviation } from './standardize.js';

/** A sum of squares below this share of the set's is rounding, not spread. */
const EQUAL = 1e-12;

/**
 * Compares every element with the others of its set: mean and standard deviation leave the element itself out.
 *
 *     z[i] = (x[i] - mean of the others) / (std of the others + epsilon)
 *
 * With `std: 'none'` this is RLOO. Where the others are all equal (or there is only one of them) their deviation is 0
 * and the difference stays undivided, as in NeMo-RL. A set of one gives 0, as do equal values.
 *
 * With d = x - mean(all), n elements and S = sum(d^2), the others have mean `mean(all) - d / (n - 1)` and sum of squares
 * `S - d^2 n / (n - 1)`, so one pass over the set is enough.
 *
 * @param weights 0 for an element outside the set, which gets 0; 1 for the rest.
 * @param out receives the result for the elements `from` up to (excluding) `to`.
 */
export function leaveOneOut(
  values: Float64Array,
  weights: Float64Array,
  from: number,
  to: number,
  { std, epsilon }: { readonly std: Deviation; readonly epsilon: number },
  out: Float64Array,
): void {
  const inside = (i: number) => weights[i] !== 0;
  let n = 0;
  let sum = 0;
  for (let i = from; i < to; i++) {
    if (!inside(i)) continue;
    n += 1;
    sum += values[i] as number;
  }
  const mean = sum / n;
  let squares = 0;
  let size = 0;
  for (let i = from; i < to; i++) {
    if (!inside(i)) continue;
    squares += ((values[i] as number) - mean) ** 2;
    size = Math.max(size, Math.abs(values[i] as number));
  }
  const equal = n < 2 || squares <= n * (EQUAL * size) ** 2;
  for (let i = from; i < to; i++) {
    const d = (values[i] as number) - mean;
    out[i] = equal || !inside(i) ? 0 : (d * n) / (n - 1) / deviation(squares - (d * d * n) / (n - 1));
  }

  function deviation(spread: number): number {
    if (std === 'none' || spread <= EQUAL * squares) return 1;
    return Math.sqrt(spread / (std === 'sample' ? n - 2 : n - 1)) + epsilon;
  }
}
