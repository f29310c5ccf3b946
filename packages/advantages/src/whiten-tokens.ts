import { standardize } from './standardize.js';

/**
 * Whitens the tokens that take part: mean 0 and sample standard deviation 1 over all of them, whatever their
 * trajectory. Tokens of weight 0 get 0; equal values and a single token give zeros.
 *
 * @returns `[tokens]`, a new array.
 */
export function whitenTokens(values: Float64Array, weights: Float64Array, epsilon: number): Float64Array {
  const whitened = new Float64Array(values.length);
  standardize(values, weights, 0, values.length, { std: 'sample', epsilon }, whitened);
  return whitened;
}
