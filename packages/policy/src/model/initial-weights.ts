import { normalNumbers } from '../random/normal-numbers.js';
import type { ModelConfig } from './model-config.js';
import { baseShapes, EMBEDDING, loraShapes, OUTPUT } from './weight-shapes.js';

/** Standard deviation of embedding and output matrix, as Llama's. */
const EMBEDDING_DEVIATION = 0.02;

/** The first random stream of adapters. */
const ADAPTER_STREAMS = 2 ** 20;

/**
 * The weights of a new model: norms 1, biases 0; embedding and output matrix N(0, 0.02²); other matrices N(0, 1 / inputs),
 * those that write into the residual stream divided by sqrt(2 layers), so that its variance does not grow with depth.
 * Those of adapters are `initialAdapters`. The same seed always gives the same weights.
 */
export function initialWeights(config: ModelConfig, seed: number): Map<string, Float32Array> {
  checkSeed(seed);
  const weights = new Map<string, Float32Array>();
  for (const [name, [rows, columns]] of baseShapes(config) as Map<string, [number, number?]>) {
    if (columns === undefined) {
      weights.set(name, new Float32Array(rows).fill(name.endsWith('.bias') ? 0 : 1));
      continue;
    }
    const residual = name.endsWith('o_proj.weight') || name.endsWith('down_proj.weight');
    const deviation =
      name === EMBEDDING || name === OUTPUT
        ? EMBEDDING_DEVIATION
        : Math.sqrt(1 / columns / (residual ? 2 * config.layers : 1));
    weights.set(name, normalNumbers(rows * columns, deviation, seed, weights.size));
  }
  return new Map([...weights, ...initialAdapters(config, seed)]);
}

/**
 * The weights of new adapters: `A` N(0, 1 / (3 inputs)), which has the variance of PEFT's default, and `B` 0, so that the
 * model is at first what it was. Empty without adapters.
 */
export function initialAdapters(config: ModelConfig, seed: number): Map<string, Float32Array> {
  checkSeed(seed);
  const weights = new Map<string, Float32Array>();
  for (const [name, [rows, columns]] of loraShapes(config) as Map<string, [number, number]>) {
    const a = name.endsWith('lora_A.weight');
    const deviation = Math.sqrt(1 / (3 * columns));
    // Streams of their own, beyond those of the model.
    const stream = ADAPTER_STREAMS + weights.size;
    weights.set(name, a ? normalNumbers(rows * columns, deviation, seed, stream) : new Float32Array(rows * columns));
  }
  return weights;
}

function checkSeed(seed: number): void {
  if (!Number.isInteger(seed) || seed < 0 || seed >= 2 ** 32) {
    throw new RangeError(`seed: an integer in [0, 2^32), got ${seed}`);
  }
}
