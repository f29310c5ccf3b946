import { fileURLToPath } from 'node:url';
import type { TrainConfig } from '../config/train-config.js';

/** The shipped base checkpoint, in the Hugging Face layout. `turnwise sft` makes it again. */
export const BASE_DIRECTORY = fileURLToPath(new URL('../../base', import.meta.url));

/** The folder of the checkpoint that a run starts from. */
export const policyDirectory = ({ policy }: Pick<TrainConfig, 'policy'>): string =>
  policy.kind === 'embedded' ? BASE_DIRECTORY : policy.path;

/** Of a run with `--lora`, whose checkpoints hold adapters alone: the folder of the model that they belong to. */
export function baseOf(config: Pick<TrainConfig, 'policy' | 'lora'>): { readonly base?: string } {
  return config.lora === undefined ? {} : { base: policyDirectory(config) };
}
