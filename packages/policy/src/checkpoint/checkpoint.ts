import { readFile } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import type { Fields } from '../model/config-fields.js';
import type { ModelConfig } from '../model/model-config.js';
import { readModelConfig } from '../model/read-model-config.js';
import { baseShapes, loraShapes, OUTPUT } from '../model/weight-shapes.js';
import { ADAPTER_PREFIX, type AdapterConfig, readAdapterConfig } from './adapter-config.js';
import { checkTied } from './check-tied.js';
import { checkWeights } from './check-weights.js';
import { SafetensorsFile } from './safetensors.js';
import { filesOf, openWeightFiles, type WeightFiles } from './weight-files.js';

export const CONFIG_FILE = 'config.json';
export const ADAPTER_CONFIG_FILE = 'adapter_config.json';
export const ADAPTER_FILE = 'adapter_model.safetensors';

/** A policy on disk, described but not yet read. */
export interface Checkpoint {
  readonly config: ModelConfig;
  /** The folder of `config.json` and the model's weights. */
  readonly base: string;
  /** The parsed `config.json`. */
  readonly source: Fields;
  /** The folder of the adapter, if there is one. */
  readonly adapter: string | null;
}

/**
 * What a folder holds: a model in the Hugging Face layout, a PEFT adapter, or both. The model of an adapter is the one
 * beside it, else the one in `base`, else the folder that its `base_model_name_or_path` names, seen from the adapter's.
 *
 * Throws an `Error` that names the file for one that is missing or wrong.
 */
export async function readCheckpoint(folder: string, { base }: { readonly base?: string } = {}): Promise<Checkpoint> {
  const adapter = await readAdapter(folder);
  const besides = adapter === null ? null : await readJson(join(folder, CONFIG_FILE));
  const from = adapter === null || (besides !== null && base === undefined) ? folder : baseOf(folder, adapter, base);
  const path = join(from, CONFIG_FILE);
  const source = (await readJson(path)) as Fields | null;
  if (source === null) throw new Error(`${path}: is missing${adapter === null ? '' : hint(folder)}`);
  const config = namingFile(path, () => readModelConfig(source));
  if (adapter === null) return { config, base: from, source, adapter: null };
  return { config: { ...config, lora: adapter.lora }, base: from, source, adapter: folder };
}

/**
 * Opens the weights of a checkpoint and checks their headers: those of the model, and those of the adapter. Of tied
 * weights that are stored twice the values are compared too.
 */
export async function openCheckpoint({ config, base, adapter }: Checkpoint): Promise<WeightFiles[]> {
  const opened: WeightFiles[] = [];
  try {
    const model = await openWeightFiles(base);
    opened.push(model);
    checkWeights(model, baseShapes(config), new Set(config.tiedEmbeddings ? [OUTPUT] : []));
    if (config.tiedEmbeddings) await checkTied(model);
    if (adapter !== null) {
      const path = join(adapter, ADAPTER_FILE);
      const weights = withoutPrefix(filesOf(path, [await openAdapter(path)]));
      opened.push(weights);
      checkWeights(weights, loraShapes(config));
    }
    return opened;
  } catch (error) {
    for (const files of opened) await files.close();
    throw error;
  }
}

/** A parsed JSON file; `null` where there is none. Throws an `Error` that names a file which is no JSON. */
async function readJson(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (text === null) return null;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${path}: no JSON`, { cause: error });
  }
}

async function readAdapter(folder: string): Promise<AdapterConfig | null> {
  const path = join(folder, ADAPTER_CONFIG_FILE);
  const json = await readJson(path);
  return json === null ? null : namingFile(path, () => readAdapterConfig(json));
}

function baseOf(folder: string, { base: named }: AdapterConfig, given: string | undefined): string {
  if (given !== undefined) return given;
  if (named === null) throw new Error(`${join(folder, ADAPTER_CONFIG_FILE)}: names no model${hint(folder)}`);
  return isAbsolute(named) ? named : resolve(folder, named);
}

const hint = (folder: string) => `; ${folder} is an adapter: give the folder of its model as the option base`;

function openAdapter(path: string): Promise<SafetensorsFile> {
  return SafetensorsFile.open(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') throw new Error(`${path}: is missing`, { cause: error });
    throw error;
  });
}

/** The names of the model instead of those that PEFT gives them. */
function withoutPrefix(files: WeightFiles): WeightFiles {
  const short = (name: string): string => (name.startsWith(ADAPTER_PREFIX) ? name.slice(ADAPTER_PREFIX.length) : name);
  return { ...files, entries: new Map([...files.entries].map(([name, entry]) => [short(name), { ...entry, name }])) };
}

function namingFile<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new Error(`${path}: ${error.message}`, { cause: error });
  }
}
