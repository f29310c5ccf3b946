import type { Tensor } from '@tensorflow/tfjs-core';
import { nativeBackend } from '../graph/native-backend.js';
import type { TensorFlow } from '../tensorflow.js';

/**
 * `tf.matMul(a, b, transposeA, transposeB)` of two matrices.
 *
 * On the native backend it is TensorFlow's product of matrices (`MatMul`), not that of batches of them, which `tf.matMul`
 * takes: faster for large matrices of which the second is not transposed, slower where it is. Float32 only; it has no
 * gradient.
 */
export function plainMatMul(tf: TensorFlow, a: Tensor, b: Tensor, transposeA = false, transposeB = false): Tensor {
  const backend = nativeBackend(tf);
  if (backend === null) return tf.matMul(a, b, transposeA, transposeB);
  const attributes = [
    { name: 'T', type: 4, value: 1 },
    { name: 'transpose_a', type: 3, value: transposeA },
    { name: 'transpose_b', type: 3, value: transposeB },
  ];
  const [product] = backend.binding.executeOp('MatMul', attributes, backend.getInputTensorIds([a, b]), 1);
  return backend.createOutputTensor(product as Parameters<typeof backend.createOutputTensor>[0]);
}
