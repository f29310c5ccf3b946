import type { Tensor, TensorFlow } from '@turnwise/accelerator';
import type { ModelConfig } from './model-config.js';
import { rmsNorm } from './rms-norm.js';
import type { LayerReader } from './weights.js';

/**
 * Queries and keys divided by the root mean square of their head and multiplied by the norm's weights, as Qwen3 has it
 * before the rotation; values as they are. Without `queryKeyNorm` the input itself.
 *
 * @param projected queries, keys and values side by side, `[positions, (heads + 2 keyValueHeads) * headSize]`
 */
export function normaliseHeads(tf: TensorFlow, config: ModelConfig, of: LayerReader, projected: Tensor): Tensor {
  if (!config.queryKeyNorm) return projected;
  const { heads, keyValueHeads, headSize, normEpsilon } = config;
  const widths = [heads * headSize, keyValueHeads * headSize, keyValueHeads * headSize];
  const [queries, keys, values] = tf.split(projected, widths, 1) as [Tensor, Tensor, Tensor];
  const normalise = (x: Tensor, norm: 'queryNorm' | 'keyNorm'): Tensor =>
    tf.reshape(rmsNorm(tf, tf.reshape(x, [-1, headSize]), of(norm) as Tensor, normEpsilon), x.shape);
  return tf.concat([normalise(queries, 'queryNorm'), normalise(keys, 'keyNorm'), values], 1);
}
