import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SafetensorsFile } from './safetensors.js';
import type { StoredEntry } from './safetensors-header.js';

const WHOLE = 'model.safetensors';
const INDEX = 'model.safetensors.index.json';

/** A tensor, its file, and the name it has there. */
export interface WeightEntry extends StoredEntry {
  readonly file: SafetensorsFile;
  readonly name: string;
}

/** The tensors of one or several open safetensors files, by their names. */
export interface WeightFiles {
  /** What errors name: the file, or the index of the files. */
  readonly path: string;
  readonly entries: ReadonlyMap<string, WeightEntry>;
  close(): Promise<void>;
}

/**
 * Opens the weights of a folder: `model.safetensors`, else the files that `model.safetensors.index.json` names. Nothing
 * but headers is read. Throws an `Error` that names what is missing, truncated or at odds with the index.
 */
export async function openWeightFiles(folder: string): Promise<WeightFiles> {
  const whole = join(folder, WHOLE);
  const file = await SafetensorsFile.open(whole).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  return file === null ? openShards(folder) : filesOf(whole, [file]);
}

/** One open file as weights. */
export function filesOf(path: string, files: readonly SafetensorsFile[]): WeightFiles {
  const entries = files.flatMap((file) =>
    [...file.entries].map(([name, entry]) => [name, { ...entry, file, name }] as const),
  );
  return {
    path,
    entries: new Map(entries),
    close: async () => {
      for (const file of files) await file.close();
    },
  };
}

async function openShards(folder: string): Promise<WeightFiles> {
  const path = join(folder, INDEX);
  const map = await readIndex(folder, path);
  const files: SafetensorsFile[] = [];
  try {
    for (const name of new Set(map.values())) files.push(await openShard(folder, path, name));
    const opened = filesOf(path, files);
    const byName = new Map(files.map((file) => [file.path, file]));
    const entries = new Map(
      [...map].map(([tensor, name]) => {
        const file = byName.get(join(folder, name)) as SafetensorsFile;
        const entry = file.entries.get(tensor);
        if (entry === undefined) throw new Error(`${path}: ${tensor} is said to be in ${name}, which lacks it`);
        return [tensor, { ...entry, file, name: tensor }] as const;
      }),
    );
    return { ...opened, entries };
  } catch (error) {
    for (const file of files) await file.close();
    throw error;
  }
}

async function openShard(folder: string, index: string, name: string): Promise<SafetensorsFile> {
  return SafetensorsFile.open(join(folder, name)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') throw new Error(`${index}: names ${name}, which is missing`, { cause: error });
    throw error;
  });
}

/** Name of each tensor to name of its file. */
async function readIndex(folder: string, path: string): Promise<Map<string, string>> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    throw new Error(
      `${folder}: ${WHOLE} or ${INDEX} is missing; weights in another form (pytorch_model.bin, GGUF) are not read: save them again with transformers, which writes safetensors`,
      { cause: error },
    );
  });
  let map: unknown;
  try {
    map = (JSON.parse(text) as { weight_map?: unknown }).weight_map;
  } catch (error) {
    throw new Error(`${path}: no JSON`, { cause: error });
  }
  if (typeof map !== 'object' || map === null || Array.isArray(map)) {
    throw new Error(`${path}: weight_map: an object, got ${JSON.stringify(map)}`);
  }
  for (const [tensor, file] of Object.entries(map)) {
    // A name alone: an index must not lead out of its folder.
    if (typeof file !== 'string' || !/^[\w.-]+\.safetensors$/.test(file)) {
      throw new Error(`${path}: weight_map["${tensor}"]: the name of a safetensors file, got ${JSON.stringify(file)}`);
    }
  }
  return new Map(Object.entries(map as Record<string, string>));
}
