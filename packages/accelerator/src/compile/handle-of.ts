import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { NativeBackend } from '../graph/native-backend.js';

/** The handle of a tensor, which is created if its values were not yet given to TensorFlow. */
export function handleOf(backend: NativeBackend, tensor: Pick<TensorInfo, 'dataId'>): number {
  return backend.getInputTensorIds([tensor as TensorInfo])[0] as number;
}
