import { join } from 'node:path';
import type { OptimizerState } from '../learner/optimizer.js';
import type { ModelConfig } from '../model/model-config.js';
import { weightShapes } from '../model/weight-shapes.js';
import { checkWeights } from './check-weights.js';
import { encodeSafetensors, readSafetensors } from './safetensors.js';
import { writeFileAtomically } from './write-file-atomically.js';

const FILE = 'optimizer.safetensors';
const FIRST = 'first.';
const SECOND = 'second.';

/** Writes the moments of the optimizer as `first.<weight>` and `second.<weight>`, step and version as metadata. */
export async function writeOptimizerState(
  folder: string,
  config: ModelConfig,
  version: number,
  { first, second, step }: OptimizerState,
): Promise<void> {
  const moments = [...weightShapes(config)].flatMap(([name, shape]) => [
    [FIRST + name, { shape, values: first.get(name) as Float32Array }] as const,
    [SECOND + name, { shape, values: second.get(name) as Float32Array }] as const,
  ]);
  const metadata = { step: String(step), version: String(version) };
  await writeFileAtomically(join(folder, FILE), encodeSafetensors(new Map(moments), metadata));
}

/** Reads what `writeOptimizerState` wrote. Throws an `Error` that names file and tensor when it does not fit. */
export async function readOptimizerState(
  folder: string,
  config: ModelConfig,
): Promise<{ readonly state: OptimizerState; readonly version: number }> {
  const path = join(folder, FILE);
  const { tensors, metadata } = await readSafetensors(path);
  const moments = (prefix: string): Map<string, Float32Array> => {
    const shapes = new Map([...weightShapes(config)].map(([name, shape]) => [prefix + name, shape]));
    const values = checkWeights(path, tensors, shapes);
    return new Map([...values].map(([name, array]) => [name.slice(prefix.length), array]));
  };
  const count = (name: string): number => {
    const value = Number(metadata[name]);
    if (metadata[name] === undefined || !Number.isSafeInteger(value) || value < 0) {
      throw new Error(`${path}: metadata "${name}": an integer of at least 0, got ${metadata[name]}`);
    }
    return value;
  };
  return { state: { first: moments(FIRST), second: moments(SECOND), step: count('step') }, version: count('version') };
}
