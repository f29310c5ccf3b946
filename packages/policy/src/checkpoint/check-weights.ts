import type { StoredTensor } from './safetensors.js';

/**
 * Picks the wanted tensors out of a checkpoint. Throws an `Error` that names file and tensor when one is missing, and
 * both shapes when one is misshapen. Tensors that are not wanted are left alone.
 */
export function checkWeights(
  path: string,
  tensors: ReadonlyMap<string, StoredTensor>,
  wanted: ReadonlyMap<string, readonly number[]>,
): Map<string, Float32Array> {
  const weights = new Map<string, Float32Array>();
  for (const [name, shape] of wanted) {
    const tensor = tensors.get(name);
    if (tensor === undefined) throw new Error(`${path}: the tensor ${name} of shape [${shape}] is missing`);
    if (tensor.shape.join() !== shape.join()) {
      throw new Error(`${path}: ${name}: the shape [${shape}], got [${tensor.shape}]`);
    }
    weights.set(name, tensor.values);
  }
  return weights;
}
