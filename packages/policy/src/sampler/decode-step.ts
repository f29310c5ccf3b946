import { type LoopBody, type Tensor, type Tensor1D, type TensorFlow, updateRows } from '@turnwise/accelerator';
import type { ModelConfig } from '../model/model-config.js';
import { inverseRms } from '../model/rms-norm.js';
import type { Weights } from '../model/weights.js';
import { chooseTokens } from './choose-tokens.js';

/** What a shard carries from step to step. */
export type DecodeState = {
  /** `keys.<layer>` and `values.<layer>`, each `[rows * keyValueHeads * capacity, headSize]`; written in place. */
  readonly cache: Weights;
  /** `[rows]`, int32: the token that each row chose in the step before. */
  readonly previous: Tensor;
};

/** What stays the same over the steps of a run. */
export type DecodeInputs = {
  /** `[rows]`, int32: position of the token fed in step 0. */
  readonly positions: Tensor;
  /** `[steps, rows]`, int32: the token to feed, or -1 for the one chosen in the step before. */
  readonly forced: Tensor;
  /** `[steps, rows]`, in [0, 1). */
  readonly uniforms: Tensor;
  /** `[rows, 1]` */
  readonly inverseTemperatures: Tensor;
  /** `[rows]`, int32: 1 where the likeliest token is chosen. */
  readonly greedy: Tensor;
};

/** Folded weights, and the rotary tables `cosines` and `sines`, `[positions, headSize]`. */
export type DecodeShared = Weights;

/** `[rows]` each: what a row chose after the token it was fed, and its log-probability. */
export type DecodeOutput = {
  readonly tokens: Tensor;
  readonly logprobs: Tensor;
};

/**
 * One step of decoding: each row is fed one token at its own position and chooses the next.
 *
 * The last place of the cache belongs to no token: rows that have nothing left to do go on there, harmlessly.
 */
export function decodeStep(
  tf: TensorFlow,
  config: ModelConfig,
  rows: number,
  capacity: number,
): LoopBody<DecodeShared, DecodeState, DecodeInputs, DecodeOutput> {
  const { heads, keyValueHeads, headSize } = config;
  const rotated = (heads + keyValueHeads) * headSize;
  return (step, { cache, previous }, inputs, shared) => {
    const of = (name: string): Tensor => shared[name] as Tensor;
    const forced = tf.gather(inputs.forced, step as Tensor1D);
    const fed = tf.where(tf.greaterEqual(forced, tf.zeros([rows], 'int32')), forced, previous);
    const positions = tf.minimum(tf.add(inputs.positions, step), tf.scalar(capacity - 1, 'int32'));
    const places = cachePlaces(tf, rows, keyValueHeads, capacity, positions);
    const mask = tf.reshape(maskOf(tf, rows, heads, capacity, positions), [rows * keyValueHeads, -1, capacity]);
    const row = (table: string): Tensor =>
      tf.tile(tf.gather(of(table), positions as Tensor1D), [1, heads + keyValueHeads]);
    const cosines = row('cosines');
    const sines = row('sines');
    const written: Record<string, Tensor> = {};

    let hidden = tf.gather(of('embedding'), fed as Tensor1D);
    for (let layer = 0; layer < config.layers; layer++) {
      const write = (name: string, values: Tensor): Tensor => {
        const at = `${name}.${layer}`;
        const updated = updateRows(tf, cache[at] as Tensor, places, tf.reshape(values, [-1, headSize]));
        written[at] = updated;
        return tf.reshape(updated, [rows * keyValueHeads, capacity, headSize]);
      };
      const projected = tf.matMul(normalise(tf, hidden, config.normEpsilon), of(`attention.${layer}`));
      const [plain, turned, value] = tf.split(projected, [rotated, rotated, keyValueHeads * headSize], 1) as Tensor[];
      const both = tf.add(tf.mul(plain as Tensor, cosines), tf.mul(turned as Tensor, sines));
      const [query, key] = tf.split(both, [heads * headSize, keyValueHeads * headSize], 1) as [Tensor, Tensor];
      const keys = write('keys', key);
      const values = write('values', value as Tensor);
      const products = tf.matMul(tf.reshape(query, [rows * keyValueHeads, -1, headSize]), keys, false, true);
      const attended = tf.softmax(tf.add(products, mask));
      const mixed = tf.reshape(tf.matMul(attended, values), [rows, heads * headSize]);
      hidden = tf.add(hidden, tf.matMul(mixed, of(`attentionOutput.${layer}`)));
      const [gate, up] = tf.split(
        tf.matMul(normalise(tf, hidden, config.normEpsilon), of(`gateUp.${layer}`)),
        2,
        1,
      ) as [Tensor, Tensor];
      hidden = tf.add(hidden, tf.matMul(tf.mul(tf.mul(gate, tf.sigmoid(gate)), up), of(`down.${layer}`)));
    }
    const logits = tf.matMul(normalise(tf, hidden, config.normEpsilon), of('output'));
    const uniforms = tf.gather(inputs.uniforms, step as Tensor1D);
    const { tokens, logprobs } = chooseTokens(tf, logits, uniforms, inputs.inverseTemperatures, inputs.greedy);
    return { state: { cache: written, previous: tokens }, output: { tokens, logprobs } };
  };
}

function normalise(tf: TensorFlow, x: Tensor, epsilon: number): Tensor {
  return tf.mul(x, inverseRms(tf, x, epsilon));
}

/** `[rows * keyValueHeads]`, int32: where in the cache each row writes, per key-value head. */
function cachePlaces(tf: TensorFlow, rows: number, heads: number, capacity: number, positions: Tensor): Tensor1D {
  const starts = tf.tensor2d(
    Int32Array.from({ length: rows * heads }, (_, i) => i * capacity),
    [rows, heads],
    'int32',
  );
  return tf.reshape(tf.add(starts, tf.reshape(positions, [rows, 1])), [-1]) as Tensor1D;
}

/** `[rows, heads * capacity]`: for every head, 0 up to the row's position, very low beyond it. */
function maskOf(tf: TensorFlow, rows: number, heads: number, capacity: number, positions: Tensor): Tensor {
  const columns = tf.tensor2d(
    Int32Array.from({ length: capacity }, (_, i) => i),
    [1, capacity],
    'int32',
  );
  const beyond = tf.cast(tf.greater(columns, tf.reshape(positions, [rows, 1])), 'float32');
  return tf.tile(tf.mul(beyond, -1e9), [1, heads]);
}
