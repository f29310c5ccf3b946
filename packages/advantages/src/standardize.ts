import type { Comparison } from './credit.js';

/** How deviations are divided. `'none'` leaves them as they are. */
export type Deviation = 'sample' | 'population' | 'none';

export interface StandardizeOptions {
  readonly std: Deviation;
  /** Added to the standard deviation. */
  readonly epsilon: number;
}

/** Values closer together than this, relative to the largest of them, count as equal. */
const EQUAL = 1e-12;

/**
 * Subtracts the weighted mean and divides by the weighted standard deviation plus epsilon, over one set.
 *
 *     mean = sum(w x) / W                          W = sum(w)
 *     var  = sum(w (x - mean)^2) / (W - ddof sum(w^2) / W)
 *     z    = (x - mean) / (sqrt(var) + epsilon)
 *
 * With all weights 1 these are the usual mean and the usual standard deviation with `ddof` 1 (sample) or 0
 * (population). Elements of weight 0 are outside the set and get 0. A set of one and a set of equal values get exact
 * zeros: rounding must not become a gradient.
 *
 * @param out receives the result for the elements `from` up to (excluding) `to`; the rest is left alone.
 * @returns mean and divisor, the same for every element; in a set of equal values each is its own mean.
 */
export function standardize(
  values: Float64Array,
  weights: Float64Array,
  from: number,
  to: number,
  options: StandardizeOptions,
  out: Float64Array,
): Comparison {
  const { sum, squares, mean, equal } = moments(values, weights, from, to);
  if (equal) {
    out.fill(0, from, to);
    return (i) => ({ baseline: values[i] as number, deviation: 1 });
  }
  const deviation = divisor(values, weights, from, to, { mean, sum, squares }, options);
  const scale = 1 / deviation;
  for (let i = from; i < to; i++) out[i] = weights[i] === 0 ? 0 : ((values[i] as number) - mean) * scale;
  return () => ({ baseline: mean, deviation });
}

interface Moments {
  /** Of the weights, and of their squares. */
  readonly sum: number;
  readonly squares: number;
  readonly mean: number;
}

function moments(
  values: Float64Array,
  weights: Float64Array,
  from: number,
  to: number,
): Moments & { readonly equal: boolean } {
  let sum = 0;
  let squares = 0;
  let total = 0;
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let i = from; i < to; i++) {
    const weight = weights[i] as number;
    if (weight === 0) continue;
    const value = values[i] as number;
    sum += weight;
    squares += weight * weight;
    total += weight * value;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  // Without a member the lowest is above the highest, which counts as equal; what is equal needs no mean.
  const equal = high - low <= EQUAL * Math.max(Math.abs(low), Math.abs(high));
  return { sum, squares, mean: total / sum, equal };
}

function divisor(
  values: Float64Array,
  weights: Float64Array,
  from: number,
  to: number,
  { mean, sum, squares }: Moments,
  { std, epsilon }: StandardizeOptions,
): number {
  if (std === 'none') return 1;
  let spread = 0;
  for (let i = from; i < to; i++) spread += (weights[i] as number) * ((values[i] as number) - mean) ** 2;
  const freedom = std === 'sample' ? sum - squares / sum : sum;
  return Math.sqrt(spread / freedom) + epsilon;
}
