import type { Tensor, TensorFlow } from '@turnwise/accelerator';
import type { PolicyBatch } from '@turnwise/gtpo';

/** Rows of a batch cut and padded to one of few shapes, so that few graphs serve all batches. */
export interface MicroBatch {
  readonly rows: number;
  readonly tokens: number;
  /** Index in the batch of each row; fewer than `rows` when the last rows are padding. */
  readonly rowIndices: readonly number[];
}

export interface MicroBatchOptions {
  /** Rows are a multiple of this. */
  readonly shards: number;
  /** Tokens of a micro-batch, padding included; a single row per shard may exceed it. */
  readonly tokenBudget: number;
  /** `few` rounds rows and tokens up, because every shape is a graph; `exact` pads as little as it can. */
  readonly shapes: 'few' | 'exact';
}

/** With few shapes, lengths are rounded up to a multiple of this. */
const LENGTH_STEP = 32;

/**
 * Deals the rows of a batch into micro-batches: longest rows first, as many as the budget holds at that length. With
 * few shapes the length is rounded up to a multiple of 32, and the last micro-batch of a length has the full number of
 * rows or a half, a quarter, ... of it. Rows without an action token are left out: they move nothing. Row order within
 * equal lengths is kept, so the result depends on the batch alone.
 */
export function microBatches(
  batch: PolicyBatch,
  rows: readonly number[],
  { shards, tokenBudget, shapes }: MicroBatchOptions,
): MicroBatch[] {
  const lengths = new Map(rows.map((row) => [row, usedLength(batch, row)]));
  const lengthOf = (row: number): number => lengths.get(row) as number;
  const sorted = rows.filter((row) => lengthOf(row) > 0).sort((a, b) => lengthOf(b) - lengthOf(a) || a - b);
  const result: MicroBatch[] = [];
  for (let start = 0; start < sorted.length; ) {
    const length = lengthOf(sorted[start] as number);
    const tokens = shapes === 'few' ? Math.ceil(length / LENGTH_STEP) * LENGTH_STEP : length;
    const most = Math.max(1, Math.floor(tokenBudget / tokens / shards));
    const needed = Math.ceil((sorted.length - start) / shards);
    const size = shards * (shapes === 'few' ? halved(most, needed) : Math.min(most, needed));
    result.push({ rows: size, tokens, rowIndices: sorted.slice(start, start + size) });
    start += size;
  }
  return result;
}

/** The smallest of `most`, `most / 2`, `most / 4`, ... (rounded up) that is at least `needed`; at most `most`. */
function halved(most: number, needed: number): number {
  let size = most;
  while (size > 1 && Math.ceil(size / 2) >= needed) size = Math.ceil(size / 2);
  return size;
}

/** Up to and including the last action token: what follows has no influence. */
function usedLength(batch: PolicyBatch, row: number): number {
  for (let t = (batch.sequenceLengths[row] as number) - 1; t >= 0; t--) {
    if (batch.actionMask[row * batch.tokens + t] === 1) return t + 1;
  }
  return 0;
}

/** The values of a micro-batch, `[rows, tokens]`: a cut of `values`, which is `[sequences, tokens]`; padding is 0. */
export function cutRows<R extends Float32Array | Int32Array>(
  batch: PolicyBatch,
  values: Float32Array | Float64Array | Int32Array | Uint8Array,
  { rows, tokens, rowIndices }: MicroBatch,
  into: (length: number) => R,
): R {
  const result = into(rows * tokens);
  rowIndices.forEach((row, i) => {
    const length = Math.min(tokens, batch.sequenceLengths[row] as number);
    result.set(values.subarray(row * batch.tokens, row * batch.tokens + length), i * tokens);
  });
  return result;
}

/** The values of a micro-batch as a tensor `[rows, tokens]`: see `cutRows`. */
export function cutTensor(
  tf: TensorFlow,
  batch: PolicyBatch,
  values: Float32Array | Float64Array | Int32Array | Uint8Array,
  part: MicroBatch,
  type: 'float32' | 'int32',
): Tensor {
  const into = (length: number) => (type === 'int32' ? new Int32Array(length) : new Float32Array(length));
  return tf.tensor2d(cutRows<Int32Array | Float32Array>(batch, values, part, into), [part.rows, part.tokens], type);
}
