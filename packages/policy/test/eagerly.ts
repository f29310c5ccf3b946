import { nativeBackend, type TensorFlow } from '@turnwise/accelerator';

/** Runs work on native TensorFlow as if it had no graphs: what is compiled runs operation by operation, as written. */
export async function eagerly<T>(tf: TensorFlow, work: () => Promise<T>): Promise<T> {
  const backend = nativeBackend(tf);
  if (backend === null) throw new Error('eagerly: only the native backend has graphs');
  const { binding } = backend;
  backend.binding = Object.create(binding, { runSavedModel: { value: undefined } });
  try {
    return await work();
  } finally {
    backend.binding = binding;
  }
}
