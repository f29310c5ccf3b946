import type { TensorFlow } from '@turnwise/accelerator';
import type { Learner, PolicyBatch, PolicyLoss, UpdateMetrics, UpdateOptions } from '@turnwise/gtpo';
import type { SampleKey, Sampler, SequenceSampler } from '@turnwise/trajectory';
import { type Checkpoint, openCheckpoint, readCheckpoint } from './checkpoint/checkpoint.js';
import { readOptimizerState } from './checkpoint/optimizer-state.js';
import { readWeights } from './checkpoint/read-weights.js';
import { savePolicy } from './checkpoint/save-policy.js';
import type { OptimizerState } from './learner/optimizer.js';
import { type LearnerOptions, PolicyLearner } from './learner/policy-learner.js';
import { initialWeights } from './model/initial-weights.js';
import type { LoraConfig, ModelConfig } from './model/model-config.js';
import { loraShapes } from './model/weight-shapes.js';
import { PolicySampler, type SamplerOptions } from './sampler/policy-sampler.js';
import { WeightStore } from './weight-store.js';

export interface PolicyOptions {
  /** The TensorFlow.js namespace to compute with. */
  readonly tf: TensorFlow;
  readonly sampler?: SamplerOptions;
  readonly learner?: LearnerOptions;
  /**
   * Whether training and scoring become graphs where the backend has them: faster step by step, but to make one takes many
   * seconds for many layers. Default up to 100 million parameters; for a long run of a larger one it is worth it.
   */
  readonly graphs?: boolean;
}

export interface LoadOptions extends PolicyOptions {
  /** Go on with the optimizer's state and the version that stand beside the weights. */
  readonly resume?: boolean;
  /** Put new adapters on a model that has none; `seed`, by default 0, names their first weights. */
  readonly lora?: LoraConfig & { readonly seed?: number };
  /** The folder of the model that an adapter belongs to, in place of the one that the adapter names. */
  readonly base?: string;
}

export interface SaveOptions {
  /** Whether `optimizer.safetensors` is written. Default yes. */
  readonly optimizer?: boolean;
  /** Whether adapters are added to the weights of the model, which are then written as a whole. Default no. */
  readonly merged?: boolean;
}

/** A transformer that samples and learns. */
export interface Policy extends Sampler, Learner {
  readonly config: ModelConfig;
  /** Rises at every update. */
  readonly version: number;
  /**
   * Writes `config.json` and `model.safetensors`, or of a policy with adapters `adapter_config.json` and
   * `adapter_model.safetensors`, and, unless `optimizer` is false, `optimizer.safetensors` into a folder, which is made
   * if missing; the tokenizer's files come along from where the policy was loaded. Each file is replaced whole or not at
   * all. What an earlier save into the folder left and this one contradicts is removed (an adapter under a whole model,
   * the state of an optimizer); an adapter into the folder of another model is refused.
   */
  save(folder: string, options?: SaveOptions): Promise<void>;
  dispose(): void;
}

/** A new policy with seeded initial weights. */
export function createPolicy(config: ModelConfig, seed: number, options: PolicyOptions): Policy {
  const store = new WeightStore(options.tf, config, initialWeights(config, seed), 0, options.graphs);
  return assemble(store, options, null);
}

/**
 * Loads a policy from a folder in the Hugging Face layout, or from the folder of a PEFT adapter. With `resume`, the
 * optimizer's state and the version are read too, and training goes on as if it had never stopped.
 *
 * Throws an `Error` that names file and tensor when one is missing, misshapen or truncated, and file and field for a
 * config that this model would compute wrongly.
 */
export async function loadPolicy(folder: string, options: LoadOptions): Promise<Policy> {
  const { lora, base, resume = false } = options;
  const found = await readCheckpoint(folder, base === undefined ? {} : { base });
  const checkpoint = lora === undefined ? found : withAdapters(found, lora);
  const { config } = checkpoint;
  const saved = resume ? await readOptimizerState(folder, config) : null;
  const weights = await readWeights(options.tf, checkpoint, lora?.seed ?? 0);
  const store = new WeightStore(options.tf, config, weights, saved?.version ?? 0, options.graphs);
  return assemble(store, options, checkpoint, saved?.state);
}

/**
 * The shape of the model in a folder, after its config and the headers of its weights have been read and checked as
 * `loadPolicy` does, with the same errors; needs no backend.
 */
export async function checkPolicy(
  folder: string,
  options: Pick<LoadOptions, 'base' | 'lora'> = {},
): Promise<ModelConfig> {
  const { base, lora } = options;
  const found = await readCheckpoint(folder, base === undefined ? {} : { base });
  const checkpoint = lora === undefined ? found : withAdapters(found, lora);
  for (const files of await openCheckpoint(checkpoint)) await files.close();
  return checkpoint.config;
}

function withAdapters(checkpoint: Checkpoint, { seed: _, ...lora }: NonNullable<LoadOptions['lora']>): Checkpoint {
  if (checkpoint.adapter !== null) {
    throw new RangeError(`lora: only for a model without adapters, but ${checkpoint.adapter} holds one`);
  }
  const config = { ...checkpoint.config, lora };
  // Named targets that the model lacks are told before anything is read.
  loraShapes(config);
  return { ...checkpoint, config };
}

/** Frees the weights when an option is refused. */
function assemble(
  store: WeightStore,
  options: PolicyOptions,
  checkpoint: Checkpoint | null,
  state?: OptimizerState,
): Policy {
  let learner: PolicyLearner | undefined;
  try {
    learner = new PolicyLearner(store, options.learner, state);
    return policyOf(store, learner, new PolicySampler(store, options.sampler), checkpoint);
  } catch (error) {
    learner?.dispose();
    store.dispose();
    throw error;
  }
}

function policyOf(
  store: WeightStore,
  learner: PolicyLearner,
  sampler: PolicySampler,
  checkpoint: Checkpoint | null,
): Policy {
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
    save: (folder, { optimizer = true, merged = false } = {}) =>
      savePolicy(folder, { store, checkpoint, optimizer: optimizer ? learner.state() : null }, merged),
    dispose: () => {
      sampler.dispose();
      learner.dispose();
      store.dispose();
    },
  };
}
