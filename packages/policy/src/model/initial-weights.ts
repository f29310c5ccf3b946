import { normalNumbers } from '../random/normal-numbers.js';
import type { ModelConfig } from './model-config.js';
import { EMBEDDING, OUTPUT, weightShapes } from './weight-shapes.js';

/** Standard deviation of embedding and output matrix, as Llama's. */
const EMBEDDING_DEVIATION = 0.02;

/**
 * The weights of a new model: norms 1; embedding and output matrix N(0, 0.02²); other matrices N(0, 1 / inputs), those
 * that write into the residual stream divided by sqrt(2 layers), so that its variance does not grow with depth.
 * The same seed always gives the same weights.
 */
export function initialWeights(config: ModelConfig, seed: number): Map<string, Float32Array> {
  if (!Number.isInteger(seed) || seed < 0 || seed >= 2 ** 32) {
    throw new RangeError(`seed: an integer in [0, 2^32), got ${seed}`);
  }
  const weights = new Map<string, Float32Array>();
  for (const [name, [rows, columns]] of weightShapes(config) as Map<string, [number, number?]>) {
    if (columns === undefined) {
      weights.set(name, new Float32Array(rows).fill(1));
      continue;
    }
    const residual = name.endsWith('o_proj.weight') || name.endsWith('down_proj.weight');
    const deviation =
      name === EMBEDDING || name === OUTPUT
        ? EMBEDDING_DEVIATION
        : Math.sqrt(1 / columns / (residual ? 2 * config.layers : 1));
    weights.set(name, normalNumbers(rows * columns, deviation, seed, weights.size));
  }
  return weights;
}
