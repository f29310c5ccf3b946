import type { Tensor, TensorFlow } from '../tensorflow.js';
import { nativeBackend } from './native-backend.js';

/** Of TensorFlow's `types.proto`. */
const [FLOAT, UINT8, BFLOAT16] = [1, 4, 14] as const;

/**
 * A float32 tensor of bfloat16 numbers, given as their little-endian bytes, which may be overwritten afterwards; `null`
 * where the backend is not native TensorFlow on a processor. TensorFlow widens them with all its threads, into memory of
 * its own: an array of JavaScript, which begins anywhere, it would copy once more.
 *
 * Throws a `RangeError` unless there are two bytes for each element of the shape.
 */
export function bfloat16Tensor(tf: TensorFlow, bytes: Uint8Array, shape: readonly number[]): Tensor | null {
  const elements = shape.reduce((product, length) => product * length, 1);
  if (bytes.length !== 2 * elements) {
    throw new RangeError(`bytes: ${2 * elements} for the shape [${shape}], got ${bytes.length}`);
  }
  const backend = nativeBackend(tf);
  if (backend === null || backend.isUsingGpuDevice) return null;
  const { binding } = backend;
  const type = (name: string, value: number) => ({ name, type: 4, value });
  const given = binding.createTensor([...shape, 2], UINT8, bytes);
  const handles = [given];
  try {
    const [narrow] = binding.executeOp('Bitcast', [type('T', UINT8), type('type', BFLOAT16)], [given], 1);
    handles.push(narrow?.id as number);
    const attributes = [type('SrcT', BFLOAT16), type('DstT', FLOAT), { name: 'Truncate', type: 3, value: false }];
    const [wide] = binding.executeOp('Cast', attributes, [narrow?.id as number], 1);
    return backend.createOutputTensor(wide as Parameters<typeof backend.createOutputTensor>[0]);
  } finally {
    for (const handle of handles) binding.deleteTensor(handle);
  }
}
