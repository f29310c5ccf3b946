import { bfloat16Tensor, nativeBackend, type Tensor, type TensorFlow } from '@turnwise/accelerator';
import { initialAdapters } from '../model/initial-weights.js';
import { baseShapes, loraShapes } from '../model/weight-shapes.js';
import type { Weights } from '../model/weights.js';
import { type Checkpoint, openCheckpoint } from './checkpoint.js';
import type { WeightEntry, WeightFiles } from './weight-files.js';

/**
 * The weights of a checkpoint as tensors. They are read one by one: at no time is there much more than one copy of the
 * weights. Adapters that the config has and the checkpoint has not are new ones, of `seed`.
 *
 * Throws an `Error` that names file and tensor when one is missing, misshapen or truncated, after freeing what was read.
 */
export async function readWeights(tf: TensorFlow, checkpoint: Checkpoint, seed: number): Promise<Weights> {
  const { config, adapter } = checkpoint;
  const opened = await openCheckpoint(checkpoint);
  const weights: Record<string, Tensor> = {};
  const adapters = loraShapes(config);
  try {
    const [model, adapterFiles] = opened as [WeightFiles, WeightFiles?];
    const reading = readInto(tf, weights, model, baseShapes(config));
    let values: ReadonlyMap<string, Float32Array> | null = null;
    try {
      // While the first tensor, which may be the largest, comes from the disk.
      if (adapter === null) values = initialAdapters(config, seed);
    } finally {
      await reading;
    }
    if (adapterFiles !== undefined) await readInto(tf, weights, adapterFiles, adapters);
    for (const [name, array] of values ?? [])
      weights[name] = tf.tensor(array, [...(adapters.get(name) as readonly number[])]);
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
  const widens = native !== null && !native.isUsingGpuDevice;
  const wanted = [...shapes].map(([name, shape]) => {
    const entry = entries.get(name);
    if (entry === undefined) throw new Error(`weights: ${name} is missing`);
    return { name, shape, entry };
  });
  // Two in turn: while TensorFlow widens a tensor out of one, the next tensor is read into the other. glibc puts what is
  // large 16 bytes behind a page, and TensorFlow copies what does not begin at a multiple of 64.
  const buffers = [Buffer.alloc(0), Buffer.alloc(0)] as [Buffer, Buffer];
  const start = (i: number): Promise<Buffer> | null => {
    const entry = wanted[i]?.entry;
    if (!widens || entry?.dtype !== 'BF16') return null;
    const half = (i % 2) as 0 | 1;
    const bytes = entry.end - entry.begin;
    if (buffers[half].length < bytes) buffers[half] = Buffer.allocUnsafeSlow(bytes + 48).subarray(48);
    const read = entry.file.readStored(entry.name, buffers[half]);
    // Its error is told when its turn comes; until then it must not end the process.
    read.catch(() => {});
    return read;
  };
  let next = start(0);
  try {
    for (const [i, { name, shape, entry }] of wanted.entries()) {
      const bytes = await next;
      next = start(i + 1);
      weights[name] =
        bytes === null ? await readFloats(tf, entry, shape) : (bfloat16Tensor(tf, bytes, shape) as Tensor);
    }
  } finally {
    // After an error: the files are about to be closed.
    await next?.catch(() => {});
  }
}

async function readFloats(tf: TensorFlow, { file, name }: WeightEntry, shape: readonly number[]): Promise<Tensor> {
  const tensor = tf.tensor(await file.read(name), [...shape]);
  // TensorFlow copies arrays that do not begin at a multiple of 64 bytes, and would do so at first use: now the array
  // is free before the next one is read.
  nativeBackend(tf)?.getInputTensorIds([tensor]);
  return tensor;
}
