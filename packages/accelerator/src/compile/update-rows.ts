import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core';
import { nativeBackend } from '../graph/native-backend.js';
import type { TensorFlow } from '../tensorflow.js';

/**
 * Replaces rows of a tensor: `result[indices[k]] = rows[k]` for `x` of shape `[n, ...]`, `indices` `[k]` without
 * repetitions and in `[0, n)` (unchecked), `rows` `[k, ...]`.
 *
 * On the native backend `x` itself is overwritten and the result shares its memory, so that a cache in a compiled loop
 * costs no copy: use only the result, and never give it a constant. On other backends the result is a new tensor.
 */
export function updateRows(tf: TensorFlow, x: Tensor, indices: Tensor1D, rows: Tensor): Tensor {
  const backend = nativeBackend(tf);
  if (backend === null) return tf.tidy(() => scatter(tf, x, indices, rows));
  // Through the engine, so that tf.tidy owns the result.
  const [id] = [backend.getInputTensorIds([x, indices, rows])];
  const types = [{ name: 'T', type: 4, value: x.dtype === 'int32' ? 3 : 1 }];
  const [updated] = backend.binding.executeOp('InplaceUpdate', types, id as number[], 1);
  return backend.createOutputTensor(updated as Parameters<typeof backend.createOutputTensor>[0]);
}

/** By a product with one-hot rows, which every backend has. */
function scatter(tf: TensorFlow, x: Tensor, indices: Tensor1D, rows: Tensor): Tensor {
  const n = x.shape[0] as number;
  const flat = tf.reshape(x, [n, -1]);
  // Not as float32: TensorFlow.js 4.22 on WASM writes integers there.
  const chosen = tf.cast(tf.oneHot(indices, n, 1, 0, 'int32'), 'float32'); // [k, n]
  const written = tf.matMul(chosen, tf.cast(tf.reshape(rows, [rows.shape[0] as number, -1]), 'float32'), true);
  const kept = tf.sub(1, tf.expandDims(tf.sum(chosen, 0), 1));
  return tf.cast(tf.reshape(tf.add(tf.mul(flat, kept), written), x.shape), x.dtype);
}
