import { FLOAT_TYPES, isFloatType } from './float-types.js';
import type { WeightFiles } from './weight-files.js';

/** Tensors that old checkpoints hold besides the weights: they follow from the config. */
const DERIVED = /\.rotary_emb\.inv_freq$/;

/**
 * Compares the headers of a checkpoint with the weights that its config asks for. Throws an `Error` that names file and
 * tensor when one is missing, misshapen (with both shapes), of another data type or of a wrong size; and when one is
 * there that the model would not use, since then the config describes another model.
 *
 * @param ignored names that may be there too
 */
export function checkWeights(
  { path, entries }: WeightFiles,
  wanted: ReadonlyMap<string, readonly number[]>,
  ignored: ReadonlySet<string> = new Set(),
): void {
  for (const [name, shape] of wanted) {
    const entry = entries.get(name);
    if (entry === undefined) throw new Error(`${path}: the tensor ${name} of shape [${shape}] is missing`);
    const at = entry.file.path;
    if (entry.shape.join() !== shape.join()) {
      throw new Error(`${at}: ${name}: the shape [${shape}], got [${entry.shape}]`);
    }
    if (!isFloatType(entry.dtype)) throw new Error(`${at}: ${name}: data type F32, F16 or BF16, got ${entry.dtype}`);
    const bytes = shape.reduce((product, length) => product * length, FLOAT_TYPES[entry.dtype]);
    if (entry.end - entry.begin !== bytes) {
      throw new Error(`${at}: ${name}: ${bytes} bytes for the shape [${shape}], got ${entry.end - entry.begin}`);
    }
  }
  const other = [...entries.keys()].find((name) => !wanted.has(name) && !ignored.has(name) && !DERIVED.test(name));
  if (other !== undefined) {
    throw new Error(
      `${path}: ${other}: a weight that the config does not ask for, of shape [${entries.get(other)?.shape}]`,
    );
  }
}
