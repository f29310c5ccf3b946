import type { Tensor, Tensor1D, TensorFlow } from '@turnwise/accelerator';
import { oneHot } from './one-hot.js';

/** Up to this vocabulary the gradient is a product with one-hot rows, which is as fast and which every backend has. */
const ONE_HOT_VOCABULARY = 2048;

/**
 * Rows of the embedding matrix, `[tokens, features]`.
 *
 * @param embedding `[vocabulary, features]`
 * @param tokenIds `[tokens]`, int32
 */
export function embed(tf: TensorFlow, embedding: Tensor, tokenIds: Tensor1D): Tensor {
  const vocabulary = embedding.shape[0] as number;
  return tf.customGrad((matrix, save) => {
    (save as unknown as (tensors: Tensor[]) => void)([tokenIds]);
    return {
      value: tf.gather(matrix as Tensor, tokenIds),
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const ids = saved[0] as Tensor1D;
        return vocabulary <= ONE_HOT_VOCABULARY
          ? tf.matMul(oneHot(tf, ids, vocabulary), dy, true)
          : tf.unsortedSegmentSum(dy, ids, vocabulary);
      },
    };
  })(embedding);
}
