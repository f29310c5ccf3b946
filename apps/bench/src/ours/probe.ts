import { createBackend } from '@turnwise/accelerator';
import type { Workload } from './serve.js';

/** What `createBackend({ prefer: 'cuda' })` gives here, and why it is no GPU. */
export async function probe(): Promise<Workload> {
  const { tf, name, passedOver, tensorflowVersion } = await createBackend({ prefer: 'cuda' });
  const gpu = (tf.backend() as { readonly isUsingGpuDevice?: boolean }).isUsingGpuDevice === true;
  const cuda = passedOver.find(({ backend }) => backend === 'cuda');
  const reason = gpu ? null : (cuda?.reason ?? `TensorFlow.js computes with ${name} and says that it uses no GPU`);
  const versions = { tensorflow: String(tensorflowVersion) };
  return { ready: { call: 'createBackend', versions, threads: 0, parameters: 0, reason }, actions: {} };
}
