import { access, mkdir, readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Tensor } from '@turnwise/accelerator';
import type { OptimizerState } from '../learner/optimizer.js';
import type { ModelConfig } from '../model/model-config.js';
import { mergedMatrix } from '../model/project.js';
import { baseShapes, loraShapes } from '../model/weight-shapes.js';
import { weight } from '../model/weights.js';
import { writeModelConfig } from '../model/write-model-config.js';
import type { WeightStore } from '../weight-store.js';
import { ADAPTER_PREFIX, writeAdapterConfig } from './adapter-config.js';
import { ADAPTER_CONFIG_FILE, ADAPTER_FILE, type Checkpoint, CONFIG_FILE } from './checkpoint.js';
import { encodeSafetensors, type TensorToStore } from './encode-safetensors.js';
import { OPTIMIZER_FILE, writeOptimizerState } from './optimizer-state.js';
import { writeFileAtomically } from './write-file-atomically.js';

/** What belongs to a model besides its weights: copied along, where the model came with it. */
const COMPANION_FILES: readonly string[] = [
  'generation_config.json',
  'tokenizer.json',
  'tokenizer_config.json',
  'chat_template.jinja',
  'special_tokens_map.json',
  'added_tokens.json',
  'vocab.json',
  'merges.txt',
];

export interface SaveSource {
  readonly store: WeightStore;
  /** Where the policy was loaded from; `null` for one that was made new. */
  readonly checkpoint: Checkpoint | null;
  /** `null` when it is not to be saved. */
  readonly optimizer: OptimizerState | null;
}

/**
 * Writes a policy into a folder, which is made if missing; each file is replaced whole or not at all, the config last.
 * Weights are read from the backend one at a time. An adapter is written as PEFT has it, and the model that it belongs
 * to is named and not written, unless `merged`: then the adapter is added to the model's weights and only they are
 * written, without the optimizer's state, which is that of the adapter.
 *
 * What an earlier save left and this one contradicts is removed: the state of an optimizer that is not written again, and
 * an adapter where a whole model goes, which would be added to it. Throws an `Error`, before anything is written, for an
 * adapter into the folder of another model, which would be taken for its own.
 */
export async function savePolicy(
  folder: string,
  { store, checkpoint, optimizer }: SaveSource,
  merged: boolean,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const { config, version } = store;
  const { lora, ...plain } = config;
  const adapted = lora !== undefined && !merged;
  if (adapted && checkpoint === null) {
    throw new Error('save: an adapter needs a model on disk: load the model from a folder, or save with merged: true');
  }
  if (adapted) await refuseOtherModel(folder, (checkpoint as Checkpoint).base);
  const state = lora === undefined || adapted ? optimizer : null;
  if (state !== null) await writeOptimizerState(folder, config, version, state);
  for (const name of COMPANION_FILES) {
    const copied = await copyCompanion(checkpoint?.adapter, folder, name);
    if (!copied) await copyCompanion(checkpoint?.base, folder, name);
  }
  if (adapted) {
    const weights = tensorsOf(store, loraShapes(config), ADAPTER_PREFIX);
    await writeFileAtomically(join(folder, ADAPTER_FILE), encodeSafetensors(weights));
    await remove(folder, state === null ? [OPTIMIZER_FILE] : []);
    const base = resolve((checkpoint as Checkpoint).base);
    return writeJson(join(folder, ADAPTER_CONFIG_FILE), writeAdapterConfig(lora, base));
  }
  await writeFileAtomically(join(folder, 'model.safetensors'), encodeSafetensors(tensorsOf(store, baseShapes(config))));
  await remove(folder, [ADAPTER_CONFIG_FILE, ADAPTER_FILE, ...(state === null ? [OPTIMIZER_FILE] : [])]);
  await writeJson(join(folder, CONFIG_FILE), writeModelConfig(plain satisfies ModelConfig, checkpoint?.source));
}

async function remove(folder: string, names: readonly string[]): Promise<void> {
  for (const name of names) await rm(join(folder, name), { force: true });
}

async function refuseOtherModel(folder: string, base: string): Promise<void> {
  const path = join(folder, CONFIG_FILE);
  const there = await access(path).then(
    () => true,
    () => false,
  );
  if (!there || resolve(folder) === resolve(base)) return;
  throw new Error(
    `save: an adapter goes beside its own model or into a folder without one, got ${path}: ` +
      'give another folder, or save with merged: true',
  );
}

/** The weights of a store, adapters added, to be fetched when their turn comes. */
function tensorsOf(
  { tf, config, weights }: WeightStore,
  shapes: ReadonlyMap<string, readonly number[]>,
  prefix = '',
): Map<string, TensorToStore> {
  const valuesOf = (name: string): Float32Array =>
    tf.tidy(() => {
      const part = (suffix: string): Tensor | undefined => weights[name.replace(/\.weight$/, `.${suffix}`)];
      const merged = mergedMatrix(
        tf,
        config,
        (_, kind) => (kind === undefined ? weight(weights, name) : part(kind)),
        'query',
      );
      return merged.dataSync() as Float32Array;
    });
  return new Map([...shapes].map(([name, shape]) => [prefix + name, { shape, values: () => valuesOf(name) }]));
}

function writeJson(path: string, json: unknown): Promise<void> {
  return writeFileAtomically(path, [Buffer.from(`${JSON.stringify(json, null, 2)}\n`)]);
}

/** Whether the file was there to be copied. */
async function copyCompanion(from: string | null | undefined, folder: string, name: string): Promise<boolean> {
  if (from == null || resolve(from) === resolve(folder)) return false;
  const bytes = await readFile(join(from, name)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (bytes === null) return false;
  await writeFileAtomically(join(folder, name), [bytes]);
  return true;
}
