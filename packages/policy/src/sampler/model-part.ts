import type { Tensor, TensorFlow } from '@turnwise/accelerator';
import type { ModelConfig } from '../model/model-config.js';
import type { LayerWeight } from '../model/weight-shapes.js';

/**
 * One of `parts` equal parts of a model, each with its share of the heads and of the inner features of every layer
 * (tensor parallelism: Shoeybi et al., "Megatron-LM", 2019, section 3). In a layer the parts do not need each other;
 * what they give is added.
 */
export function modelPart(config: ModelConfig, parts: number): ModelConfig {
  const { heads, keyValueHeads, intermediateSize } = config;
  return {
    ...config,
    heads: heads / parts,
    keyValueHeads: keyValueHeads / parts,
    intermediateSize: intermediateSize / parts,
  };
}

/** Whether a model can be cut into so many parts. */
export function divides({ keyValueHeads, intermediateSize }: ModelConfig, parts: number): boolean {
  return keyValueHeads % parts === 0 && intermediateSize % parts === 0;
}

/** What belongs to a part of a matrix `[outputs, inputs]`: outputs of the modules that read the hidden states, inputs
 * of those that write them. */
export function partOfMatrix(
  tf: TensorFlow,
  name: LayerWeight,
  matrix: Tensor,
  { part, parts }: { readonly part: number; readonly parts: number },
): Tensor {
  if (parts === 1) return matrix;
  const axis = name === 'attentionOutput' || name === 'down' ? 1 : 0;
  return tf.split(matrix, parts, axis)[part] as Tensor;
}
