import type { Tensor, TensorFlow } from '@turnwise/accelerator';

/**
 * `[positions, depth]`, float32: 1 at each position's index, else 0.
 *
 * By way of int32, because TensorFlow.js 4.22 on WASM writes integers into one-hot rows that are asked for as float32.
 *
 * @param indices `[positions]`, int32
 */
export function oneHot(tf: TensorFlow, indices: Tensor, depth: number): Tensor {
  return tf.cast(tf.oneHot(indices as Parameters<TensorFlow['oneHot']>[0], depth, 1, 0, 'int32'), 'float32');
}
