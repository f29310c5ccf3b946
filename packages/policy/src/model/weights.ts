import type { Tensor } from '@turnwise/accelerator';
import { type LayerWeight, layerWeightName, type WeightPart } from './weight-shapes.js';

/** The weights of a model as tensors, under the names of the checkpoint. */
export type Weights = { readonly [name: string]: Tensor };

/** A weight by name; a missing one is a bug in the caller. */
export function weight(weights: Weights, name: string): Tensor {
  const tensor = weights[name];
  if (tensor === undefined) throw new Error(`weights: ${name} is missing`);
  return tensor;
}

/** Reads the weights of one layer; `undefined` for a part that the module does not have. */
export type LayerReader = (name: LayerWeight, part?: WeightPart) => Tensor | undefined;

/** The weights of a layer, out of those of the model. */
export function layerReader(weights: Weights, layer: number): LayerReader {
  return (name, part) => weights[layerWeightName(layer, name, part)];
}
