import { join } from 'node:path';
import type { OptimizerState } from '../learner/optimizer.js';
import type { ModelConfig } from '../model/model-config.js';
import { trainedShapes } from '../model/weight-shapes.js';
import { checkWeights } from './check-weights.js';
import { encodeSafetensors } from './encode-safetensors.js';
import { SafetensorsFile } from './safetensors.js';
import { filesOf } from './weight-files.js';
import { writeFileAtomically } from './write-file-atomically.js';

export const OPTIMIZER_FILE = 'optimizer.safetensors';
const FIRST = 'first.';
const SECOND = 'second.';

/**
 * Writes the moments of the optimizer as `first.<weight>` and `second.<weight>` for every weight that is trained, step
 * and version as metadata.
 */
export async function writeOptimizerState(
  folder: string,
  config: ModelConfig,
  version: number,
  { first, second, step }: OptimizerState,
): Promise<void> {
  const moments = [...trainedShapes(config)].flatMap(([name, shape]) => [
    [FIRST + name, { shape, values: first.get(name) as Float32Array }] as const,
    [SECOND + name, { shape, values: second.get(name) as Float32Array }] as const,
  ]);
  const metadata = { step: String(step), version: String(version) };
  await writeFileAtomically(join(folder, OPTIMIZER_FILE), encodeSafetensors(new Map(moments), metadata));
}

/** Reads what `writeOptimizerState` wrote. Throws an `Error` that names file and tensor when it does not fit. */
export async function readOptimizerState(
  folder: string,
  config: ModelConfig,
): Promise<{ readonly state: OptimizerState; readonly version: number }> {
  const path = join(folder, OPTIMIZER_FILE);
  const file = await SafetensorsFile.open(path);
  try {
    const shapes = [...trainedShapes(config)];
    const wanted = [FIRST, SECOND].flatMap((prefix) => shapes.map(([name, shape]) => [prefix + name, shape] as const));
    checkWeights(filesOf(path, [file]), new Map(wanted));
    const moments = async (prefix: string): Promise<Map<string, Float32Array>> => {
      const values = new Map<string, Float32Array>();
      for (const [name] of shapes) values.set(name, await file.read(prefix + name));
      return values;
    };
    const count = (name: string): number => {
      const text = file.metadata[name];
      const value = Number(text);
      if (text === undefined || !Number.isSafeInteger(value) || value < 0) {
        throw new Error(`${path}: metadata "${name}": an integer of at least 0, got ${text}`);
      }
      return value;
    };
    const [step, version] = [count('step'), count('version')];
    return { state: { first: await moments(FIRST), second: await moments(SECOND), step }, version };
  } finally {
    await file.close();
  }
}
