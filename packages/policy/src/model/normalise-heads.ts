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
  { queryKeyNorm, headSize, normEpsilon, lora }: ModelConfig,
  of: LayerReader,
  heads: Tensor,
  norm: 'queryNorm' | 'keyNorm',
): Tensor {
  if (!queryKeyNorm) return heads;
  const rows = tf.reshape(heads, [-1, headSize]);
  const normalised = rmsNorm(tf, rows, of(norm) as Tensor, normEpsilon, { trained: lora === undefined });
  return tf.reshape(normalised, heads.shape);
}
