import type { Tensor, TensorFlow } from '@turnwise/accelerator';
import type { ModelConfig } from './model-config.js';
import { rmsNorm } from './rms-norm.js';
import type { LayerReader } from './weights.js';

/**
 * Heads divided by the root mean square of each and multiplied by the norm's weights, as Qwen3 has it before the
 * rotation. Without `queryKeyNorm` the input itself.
 *
 * @param heads `[..., headSize]`
 */
export function normaliseHeads(
  tf: TensorFlow,
  { queryKeyNorm, headSize, normEpsilon }: ModelConfig,
  of: LayerReader,
  heads: Tensor,
  norm: 'queryNorm' | 'keyNorm',
): Tensor {
  if (!queryKeyNorm) return heads;
  return tf.reshape(rmsNorm(tf, tf.reshape(heads, [-1, headSize]), of(norm) as Tensor, normEpsilon), heads.shape);
}
