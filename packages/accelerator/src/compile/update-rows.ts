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

/** A copy of `x` with the rows in it. */
function scatter(tf: TensorFlow, x: Tensor, indices: Tensor1D, rows: Tensor): Tensor {
  const flat = tf.reshape(x, [x.shape[0] as number, -1]);
  const places = tf.reshape(indices, [-1, 1]);
  const updates = tf.reshape(rows, [rows.shape[0] as number, -1]);
  return tf.reshape(tf.tensorScatterUpdate(flat, places, updates), x.shape);
}
