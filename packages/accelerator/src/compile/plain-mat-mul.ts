import type { Tensor } from '@tensorflow/tfjs-core';
import { nativeBackend } from '../graph/native-backend.js';
import type { TensorFlow } from '../tensorflow.js';

/**
 * `tf.matMul(a, b, transposeA, transposeB)` of two matrices.
 *
 * On the native backend it is TensorFlow's product of matrices (`MatMul`), not that of batches of them, which `tf.matMul`
 * takes: up to 1.4 times as fast with a second matrix that is not transposed, and half as fast with one that is (two
 * cores, hundreds of rows). Float32 only; it has no gradient.
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
