import type { ModelConfig } from './model-config.js';
import { weightShapes } from './weight-shapes.js';

/** How many numbers the weights of a model are, adapters among them. */
export function parameterCount(config: ModelConfig): number {
  let count = 0;
  for (const shape of weightShapes(config).values()) count += shape.reduce((product, size) => product * size, 1);
  return count;
}
