import type { Tensor, TensorFlow } from '@turnwise/accelerator';
import type { DecodeInputs } from './decode-step.js';

/** What narrows the rows of a run: arrays over rows, `allowed` `[rows, vocabulary]`. */
export interface RunNarrowing {
  readonly topK: Float32Array;
  readonly topP: Float32Array;
  readonly minP: Float32Array;
  readonly allowed: Float32Array;
}

/** What every row does in one run; arrays over rows, `forced` and `uniforms` `[steps, rows]`. */
export interface DecodeRun {
  /** Steps to run, at most `maxSteps`. */
  readonly steps: number;
  /** Highest position that matters, over all rows. */
  readonly lastPosition: number;
  readonly positions: Int32Array;
  readonly forced: Int32Array;
  readonly uniforms: Float32Array;
  readonly inverseTemperatures: Float32Array;
  readonly greedy: Int32Array;
  readonly narrowing: RunNarrowing | null;
}

/** Which rows of a run a shard has. */
export interface ShardOfRun {
  /** Of all shards together. */
  readonly rows: number;
  readonly shards: number;
  readonly shard: number;
  /** Steps that the tensors have room for, so that all runs have one shape. */
  readonly maxSteps: number;
}

/** The tensors that a shard's loop is given; they belong to the caller. */
export function decodeInputs(
  tf: TensorFlow,
  run: DecodeRun,
  { rows: all, shards, shard, maxSteps }: ShardOfRun,
): DecodeInputs {
  const rows = all / shards;
  const from = shard * rows;
  // Copies: native tensors share the memory of their array.
  const columns = <T extends Int32Array | Float32Array>(values: T): T => {
    const cut = values.slice(0, maxSteps * rows) as T;
    for (let step = 0; step < maxSteps; step++) {
      cut.set(values.subarray(step * all + from, step * all + from + rows) as never, step * rows);
    }
    return cut;
  };
  const column = (values: Float32Array): Tensor => tf.tensor2d(values.slice(from, from + rows), [rows, 1]);
  const inputs = {
    positions: tf.tensor1d(run.positions.slice(from, from + rows), 'int32'),
    forced: tf.tensor2d(columns(run.forced), [maxSteps, rows], 'int32'),
    uniforms: tf.tensor2d(columns(run.uniforms), [maxSteps, rows]),
    inverseTemperatures: column(run.inverseTemperatures),
    greedy: tf.tensor1d(run.greedy.slice(from, from + rows), 'int32'),
  };
  if (run.narrowing === null) return inputs;
  const { topK, topP, minP, allowed } = run.narrowing;
  const vocabulary = allowed.length / all;
  const mask = tf.tensor2d(allowed.slice(from * vocabulary, (from + rows) * vocabulary), [rows, vocabulary]);
  return { ...inputs, narrowing: { topK: column(topK), topP: column(topP), minP: column(minP), allowed: mask } };
}
