import type { Tensor, TensorFlow } from '@turnwise/accelerator';

/**
 * `x`, not to be had before `y`, whose last dimension may be another; ranks 2. Without it a graph's optimizer sees that
 * one part computes what another has computed, and keeps that; or it computes many large parts at once that were meant to
 * follow each other.
 */
export function after(tf: TensorFlow, x: Tensor, y: Tensor): Tensor {
  const width = x.shape[1] as number;
  const row = tf.slice(y, [0, 0], [1, 1]);
  const both = tf.concat([x, tf.tile(row, [1, width])], 0);
  return tf.slice(both, [0, 0], [x.shape[0] as number, width]);
}
