import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TensorFlow } from '@turnwise/accelerator';
import type { Learner, PolicyBatch, PolicyLoss, UpdateMetrics, UpdateOptions } from '@turnwise/gtpo';
import type { SampleKey, Sampler, SequenceSampler } from '@turnwise/trajectory';
import { checkWeights } from './checkpoint/check-weights.js';
import { readOptimizerState, writeOptimizerState } from './checkpoint/optimizer-state.js';
import { encodeSafetensors, readSafetensors } from './checkpoint/safetensors.js';
import { writeFileAtomically } from './checkpoint/write-file-atomically.js';
import { type LearnerOptions, PolicyLearner } from './learner/policy-learner.js';
import { initialWeights } from './model/initial-weights.js';
import { type ModelConfig, readModelConfig, writeModelConfig } from './model/model-config.js';
import { weightShapes } from './model/weight-shapes.js';
import { PolicySampler, type SamplerOptions } from './sampler/policy-sampler.js';
import { WeightStore } from './weight-store.js';

export interface PolicyOptions {
  /** The TensorFlow.js namespace to compute with. */
  readonly tf: TensorFlow;
  readonly sampler?: SamplerOptions;
  readonly learner?: LearnerOptions;
}

/** A transformer that samples and learns. */
export interface Policy extends Sampler, Learner {
  readonly config: ModelConfig;
  /** Rises at every update. */
  readonly version: number;
  /**
   * Writes `config.json`, `model.safetensors` and, unless `optimizer` is false, `optimizer.safetensors` into a folder,
   * which is made if missing. Each file is replaced whole or not at all.
   */
  save(folder: string, options?: { readonly optimizer?: boolean }): Promise<void>;
  dispose(): void;
}

/** A new policy with seeded initial weights. */
export function createPolicy(config: ModelConfig, seed: number, options: PolicyOptions): Policy {
  const store = new WeightStore(options.tf, config, initialWeights(config, seed), 0);
  return assemble(store, options, new PolicyLearner(store, options.learner));
}

/**
 * Loads a policy from a folder in the Hugging Face layout. With `resume`, the optimizer's state and the version are
 * read too, and training goes on as if it had never stopped.
 *
 * Throws an `Error` that names file and tensor when one is missing, misshapen or truncated.
 */
export async function loadPolicy(
  folder: string,
  options: PolicyOptions & { readonly resume?: boolean },
): Promise<Policy> {
  const { config, weights } = await readCheckpoint(folder);
  const saved = options.resume ? await readOptimizerState(folder, config) : null;
  const store = new WeightStore(options.tf, config, weights, saved?.version ?? 0);
  return assemble(store, options, new PolicyLearner(store, options.learner, saved?.state));
}

/**
 * The shape of the model in a folder in the Hugging Face layout, after its weights have been read and checked as
 * `loadPolicy` does, with the same errors; needs no backend.
 */
export async function checkPolicy(folder: string): Promise<ModelConfig> {
  return (await readCheckpoint(folder)).config;
}

async function readCheckpoint(folder: string) {
  const config = readModelConfig(JSON.parse(await readFile(join(folder, 'config.json'), 'utf8')));
  const path = join(folder, 'model.safetensors');
  const { tensors } = await readSafetensors(path);
  return { config, weights: checkWeights(path, tensors, weightShapes(config)) };
}

function assemble(store: WeightStore, options: PolicyOptions, learner: PolicyLearner): Policy {
  const sampler = new PolicySampler(store, options.sampler);
  return {
    config: store.config,
    get contextLength() {
      return sampler.contextLength;
    },
    get version() {
      return store.version;
    },
    open: (key: SampleKey): SequenceSampler => sampler.open(key),
    update: async (batch: PolicyBatch, loss: PolicyLoss, update?: UpdateOptions): Promise<UpdateMetrics> => {
      if (sampler.busy) throw new Error('update: an action is in the making');
      return learner.update(batch, loss, update);
    },
    score: (batch: PolicyBatch): Promise<Float32Array> => learner.score(batch),
    save: (folder, { optimizer = true } = {}) => save(folder, store, optimizer ? learner : null),
    dispose: () => {
      sampler.dispose();
      learner.dispose();
      store.dispose();
    },
  };
}

async function save(folder: string, store: WeightStore, learner: PolicyLearner | null): Promise<void> {
  await mkdir(folder, { recursive: true });
  const tensors = new Map(
    Object.entries(store.weights).map(([name, tensor]) => {
      return [name, { shape: tensor.shape, values: tensor.dataSync() as Float32Array }];
    }),
  );
  if (learner !== null) await writeOptimizerState(folder, store.config, store.version, learner.state());
  await writeFileAtomically(join(folder, 'model.safetensors'), encodeSafetensors(tensors));
  const json = `${JSON.stringify(writeModelConfig(store.config), null, 2)}\n`;
  await writeFileAtomically(join(folder, 'config.json'), [Buffer.from(json)]);
}
