import type { Comparison } from './credit.js';
import type { StandardizeOptions } from './standardize.js';

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
 * @returns for each element the mean of the others and what it was divided by.
 */
export function leaveOneOut(
  values: Float64Array,
  weights: Float64Array,
  from: number,
  to: number,
  { std, epsilon }: StandardizeOptions,
  out: Float64Array,
): Comparison {
  const inside = (i: number) => weights[i] !== 0;
  const value = (i: number) => values[i] as number;
  let n = 0;
  let sum = 0;
  for (let i = from; i < to; i++) {
    if (!inside(i)) continue;
    n += 1;
    sum += value(i);
  }
  const mean = sum / n;
  let squares = 0;
  let size = 0;
  for (let i = from; i < to; i++) {
    if (!inside(i)) continue;
    squares += (value(i) - mean) ** 2;
    size = Math.max(size, Math.abs(value(i)));
  }
  const equal = n < 2 || squares <= n * (EQUAL * size) ** 2;
  /** Distance to the mean of the others. */
  const distance = (i: number) => ((value(i) - mean) * n) / (n - 1);
  for (let i = from; i < to; i++) out[i] = equal || !inside(i) ? 0 : distance(i) / deviation(i);
  return (i) =>
    equal ? { baseline: value(i), deviation: 1 } : { baseline: value(i) - distance(i), deviation: deviation(i) };

  function deviation(i: number): number {
    const spread = squares - (value(i) - mean) * distance(i);
    if (std === 'none' || spread <= EQUAL * squares) return 1;
    return Math.sqrt(spread / (std === 'sample' ? n - 2 : n - 1)) + epsilon;
  }
}
