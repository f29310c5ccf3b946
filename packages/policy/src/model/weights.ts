import type { Tensor } from '@turnwise/accelerator';

/** The weights of a model as tensors, under the names of the checkpoint. */
export type Weights = { readonly [name: string]: Tensor };

/** A weight by name; a missing one is a bug in the caller. */
export function weight(weights: Weights, name: string): Tensor {
  const tensor = weights[name];
  if (tensor === undefined) throw new Error(`weights: ${name} is missing`);
  return tensor;
}
