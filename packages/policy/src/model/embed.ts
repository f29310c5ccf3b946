import type { Tensor, Tensor1D, TensorFlow } from '@turnwise/accelerator';
import { oneHot } from './one-hot.js';

/** Up to this vocabulary the gradient is a product with one-hot rows, which is as fast and which every backend has. */
const ONE_HOT_VOCABULARY = 2048;

/**
 * Rows of the embedding matrix, `[tokens, features]`.
 *
 * @param embedding `[vocabulary, features]`
 * @param tokenIds `[tokens]`, int32
 * @param trained whether the matrix needs a gradient. Default yes.
 */
export function embed(
  tf: TensorFlow,
  embedding: Tensor,
  tokenIds: Tensor1D,
  { trained = true }: { readonly trained?: boolean } = {},
): Tensor {
  if (!trained) return tf.gather(embedding, tokenIds);
  const [vocabulary, features] = embedding.shape as [number, number];
  return tf.customGrad((matrix, save) => {
    (save as unknown as (tensors: Tensor[]) => void)([tokenIds]);
    return {
      value: tf.gather(matrix as Tensor, tokenIds),
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const ids = saved[0] as Tensor1D;
        if (vocabulary <= ONE_HOT_VOCABULARY) return tf.matMul(oneHot(tf, ids, vocabulary), dy, true);
        // The WASM backend of TensorFlow.js 4.22 has no sum over segments; scattering adds rows of one id up too.
        return hasKernel(tf, 'UnsortedSegmentSum')
          ? tf.unsortedSegmentSum(dy, ids, vocabulary)
          : tf.scatterND(tf.reshape(ids, [-1, 1]), dy, [vocabulary, features]);
      },
    };
  })(embedding);
}

function hasKernel(tf: TensorFlow, name: string): boolean {
  return tf.getKernel(name as Parameters<TensorFlow['getKernel']>[0], tf.getBackend()) != null;
}
