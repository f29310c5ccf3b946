import type { Tensor } from '@tensorflow/tfjs-core';
import { nativeBackend } from '../graph/native-backend.js';
import type { TensorFlow } from '../tensorflow.js';

/**
 * `tf.matMul(a, b, transposeA, transposeB)` for products of few rows, as a step of decoding has them.
 *
 * On the native backend on a processor it is TensorFlow's own product (`BatchMatMulV3`), not oneDNN's, which takes
 * longer to begin. Products of many rows are faster by `tf.matMul`. Float32 only; it has no gradient.
 */
export function smallMatMul(tf: TensorFlow, a: Tensor, b: Tensor, transposeA = false, transposeB = false): Tensor {
  const backend = nativeBackend(tf);
  if (backend === null || backend.isUsingGpuDevice) return tf.matMul(a, b, transposeA, transposeB);
  const attributes = [
    ...['Ta', 'Tb', 'Tout'].map((name) => ({ name, type: 4, value: 1 })),
    { name: 'adj_x', type: 3, value: transposeA },
    { name: 'adj_y', type: 3, value: transposeB },
  ];
  const [product] = backend.binding.executeOp('BatchMatMulV3', attributes, backend.getInputTensorIds([a, b]), 1);
  return backend.createOutputTensor(product as Parameters<typeof backend.createOutputTensor>[0]);
}
