import type { DataId, Tensor, TensorInfo, DataType as TfjsDataType } from '@tensorflow/tfjs-core';
import type { TensorFlow } from '../tensorflow.js';

/** What the native binding says of a tensor: its handle, shape and number of `types.proto`. */
export interface NativeTensor {
  readonly id: number;
  readonly shape: number[];
  readonly dtype: number;
}

/** An attribute as the binding takes it; `type` is the number of a kind (string 0, int, float, bool, type, shape 5). */
export interface NativeAttribute {
  readonly name: string;
  readonly type: number;
  readonly value: unknown;
}

/** The N-API binding of TensorFlow.js for Node, as far as it is used here. */
export interface NativeBinding {
  createTensor(shape: number[], dtype: number, values: ArrayBufferView): number;
  deleteTensor(id: number): void;
  executeOp(name: string, attributes: NativeAttribute[], inputs: number[], outputs: number): NativeTensor[];
  loadSavedModel(folder: string, tags: string): number;
  deleteSavedModel(id: number): void;
  runSavedModel(id: number, inputs: number[], inputNames: string, outputNames: string): NativeTensor[];
  getNumOfTensors(): number;
  getNumOfSavedModels(): number;
}

interface NativeTensorData extends NativeTensor {
  readonly values: ArrayBufferView | null;
}

/** The native backend of TensorFlow.js, as far as it is used here. */
export interface NativeBackend {
  binding: NativeBinding;
  readonly isUsingGpuDevice: boolean;
  readonly tensorMap: { has(id: DataId): boolean; get(id: DataId): NativeTensorData };
  getInputTensorIds(tensors: readonly TensorInfo[]): number[];
  createOutputTensor(tensor: NativeTensor): Tensor;
  readSync(id: DataId): ArrayBufferView;
  move(id: DataId, values: ArrayBufferView, shape: number[], dtype: TfjsDataType, references: number): void;
}

/** The current backend if it is native TensorFlow, which can run graphs, else `null`. */
export function nativeBackend(tf: TensorFlow): NativeBackend | null {
  const backend = tf.backend() as unknown as Partial<NativeBackend>;
  return typeof backend.binding?.runSavedModel === 'function' ? (backend as NativeBackend) : null;
}
