import { bfloat16Tensor, nativeBackend, type Tensor, type TensorFlow } from '@turnwise/accelerator';
import { initialAdapters } from '../model/initial-weights.js';
import { baseShapes, loraShapes } from '../model/weight-shapes.js';
import type { Weights } from '../model/weights.js';
import { type Checkpoint, openCheckpoint } from './checkpoint.js';
import type { WeightEntry, WeightFiles } from './weight-files.js';

/**
 * The weights of a checkpoint as tensors. They are read one by one: at no time is there much more than one copy of the
 * weights. Adapters that the config has and the checkpoint has not are
 * new ones, of `seed`.
 *
 * Throws an `Error` that names file and tensor when one is missing, misshapen or truncated, after freeing what was read.
 */
export async function readWeights(tf: TensorFlow, checkpoint: Checkpoint, seed: number): Promise<Weights> {
  const { config, adapter } = checkpoint;
  const opened = await openCheckpoint(checkpoint);
  const weights: Record<string, Tensor> = {};
  try {
    const [model, adapterFiles] = opened as [WeightFiles, WeightFiles?];
    await readInto(tf, weights, model, baseShapes(config));
    if (adapter !== null) await readInto(tf, weights, adapterFiles as WeightFiles, loraShapes(config));
    else {
      const values = initialAdapters(config, seed);
      for (const [name, shape] of loraShapes(config))
        weights[name] = tf.tensor(values.get(name) as Float32Array, [...shape]);
    }
    return weights;
  } catch (error) {
    tf.dispose(weights);
    throw error;
  } finally {
    for (const files of opened) await files.close();
  }
}

async function readInto(
  tf: TensorFlow,
  weights: Record<string, Tensor>,
  { entries }: WeightFiles,
  shapes: ReadonlyMap<string, readonly number[]>,
): Promise<void> {
  const native = nativeBackend(tf);
  // One for all that is widened: fresh memory costs more than to read into it.
  const buffer = native === null || native.isUsingGpuDevice ? null : Buffer.allocUnsafeSlow(mostBytes(entries, shapes));
  for (const [name, shape] of shapes) {
    const entry = entries.get(name);
    if (entry === undefined) throw new Error(`weights: ${name} is missing`);
    weights[name] = await readTensor(tf, entry, shape, buffer);
  }
}

/** Of the tensors stored in bfloat16. */
function mostBytes(entries: WeightFiles['entries'], shapes: ReadonlyMap<string, unknown>): number {
  return [...shapes.keys()].reduce((most, name) => {
    const entry = entries.get(name);
    return entry?.dtype === 'BF16' ? Math.max(most, entry.end - entry.begin) : most;
  }, 0);
}

/** A tensor of float32; numbers stored in bfloat16 are widened by the backend where it can, through `buffer`. */
async function readTensor(
  tf: TensorFlow,
  { file, name, dtype }: WeightEntry,
  shape: readonly number[],
  buffer: Buffer | null,
): Promise<Tensor> {
  const widened =
    dtype === 'BF16' && buffer !== null ? bfloat16Tensor(tf, await file.readStored(name, buffer), shape) : null;
  if (widened !== null) return widened;
  const tensor = tf.tensor(await file.read(name), [...shape]);
  // TensorFlow copies arrays that do not begin at a multiple of 64 bytes, and would do so at first use: now the array
  // is free before the next one is read.
  nativeBackend(tf)?.getInputTensorIds([tensor]);
  return tensor;
}
