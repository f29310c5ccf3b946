import { createBackend } from '@turnwise/accelerator';
import { createPolicy, type ModelConfig } from '@turnwise/policy';
import { write } from './serve.js';

/** Writes a checkpoint with the initial weights of seed 1. */
export async function makeModel(config: ModelConfig, folder: string): Promise<void> {
  const { tf } = await createBackend({ prefer: 'native' });
  const policy = createPolicy(config, 1, { tf });
  await policy.save(folder, { optimizer: false });
  policy.dispose();
  write({ ready: { call: 'createPolicy', versions: {}, threads: 0, parameters: 0 } });
}
