import { type Credited, creditOf } from './credit.js';
import { standardize } from './standardize.js';

/**
 * Whitens the elements that take part: mean 0 and sample standard deviation 1 over all of them, whatever their
 * trajectory; told not to, leaves them as they are. Elements of weight 0 get 0; whitening gives zeros for equal values
 * and for a single one.
 *
 * @returns `[elements]`, a new array.
 */
export function whiten(
  values: Float64Array,
  weights: Float64Array,
  { whiten: on = true, epsilon }: { readonly whiten?: boolean; readonly epsilon: number },
): Credited {
  if (!on) {
    const kept = values.map((value, i) => (weights[i] === 0 ? 0 : value));
    return { values: kept, credit: creditOf(values, weights, () => ({ baseline: 0, deviation: 1 })) };
  }
  const whitened = new Float64Array(values.length);
  const options = { std: 'sample', epsilon } as const;
  const comparison = standardize(values, weights, 0, values.length, options, whitened);
  return { values: whitened, credit: creditOf(values, weights, comparison) };
}
