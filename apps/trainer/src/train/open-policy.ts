import type { Backend } from '@turnwise/accelerator';
import { loadPolicy, type Policy } from '@turnwise/policy';
import type { TrainConfig } from '../config/train-config.js';
import { loraOfConfig } from './lora-of-config.js';
import { type Division, divisionOf, modelSizeIn, openBackend } from './open-backend.js';

export type PolicyConfig = Pick<
  TrainConfig,
  'backend' | 'rows' | 'shards' | 'threads' | 'learningRate' | 'lora' | 'loraAlpha' | 'loraTargets'
>;

/** A policy on its backend, as a run computes with it. */
export interface OpenPolicy {
  readonly backend: Backend;
  readonly policy: Policy;
  /** Parts of the rows that are computed in parallel. */
  readonly shards: { readonly sampler: number; readonly learner: number };
  /** Parts of the model that are computed in parallel while it samples. */
  readonly parts: number;
}

export interface OpenOptions {
  /** Go on with the optimizer's state beside the weights. */
  readonly resume?: boolean;
  /** How a run that goes on was divided. */
  readonly recorded?: Division | null;
  /** The folder of the model, when the checkpoint is that of a run with `--lora`: it holds adapters alone. */
  readonly base?: string;
  /** Whether training becomes graphs, whatever the size of the model. Default yes: a run has many steps. */
  readonly graphs?: boolean;
}

/**
 * Opens the backend and the policy with the threads, rows and shards that every run has: the one place that turns the
 * config into them. `directory` holds the checkpoint in the Hugging Face layout; with `resume` the optimizer goes on
 * from the state beside it.
 */
export async function openPolicy(
  config: PolicyConfig,
  directory: string,
  { resume = false, recorded = null, base, graphs = true }: OpenOptions = {},
): Promise<OpenPolicy> {
  const from = base === undefined ? {} : { base };
  const size = await modelSizeIn(directory, from);
  const backend = await openBackend(config, size.parameters, recorded);
  const { shards, parts } = recorded ?? divisionOf(backend, config, size);
  const lora = base === undefined ? loraOfConfig(config) : null;
  const policy = await loadPolicy(directory, {
    tf: backend.tf,
    resume,
    graphs,
    ...from,
    ...(lora === null ? {} : { lora }),
    sampler: { rows: config.rows, shards: shards.sampler, parts },
    learner: { learningRate: config.learningRate, shards: shards.learner },
  });
  return { backend, policy, shards, parts };
}
