import { type Tensor, type Tensor1D, type TensorFlow, updateRows } from '@turnwise/accelerator';
import type { ModelConfig } from '../model/model-config.js';
import { inverseRms } from '../model/rms-norm.js';
import type { Weights } from '../model/weights.js';

/** Sizes of a cache, and how many tokens each of its rows is fed at once. */
export interface CachedShape {
  readonly rows: number;
  readonly tokens: number;
  /** Tokens that a row of the cache holds. The last place belongs to none: what is fed in vain goes there. */
  readonly capacity: number;
}

/** `keys.<layer>` and `values.<layer>`, each `[rows * keyValueHeads * capacity, headSize]`; written in place. */
export type KeyValueCache = Weights;

/** Folded weights, and the rotary tables `cosines` and `sines`, `[positions, headSize]`. */
export type DecodeShared = Weights;

/**
 * Feeds tokens to the layers: each attends to what the cache of its row holds up to its own position, itself included.
 *
 * @param fed `[rows * tokens]`, int32
 * @param positions `[rows * tokens]`, int32, below the capacity
 * @returns the last hidden states, `[rows * tokens, hiddenSize]`, not normalised, and the cache
 */
export function cachedForward(
  tf: TensorFlow,
  config: ModelConfig,
  shape: CachedShape,
  shared: DecodeShared,
  cache: KeyValueCache,
  fed: Tensor,
  positions: Tensor,
): { readonly hidden: Tensor; readonly cache: KeyValueCache } {
  const { heads, keyValueHeads, headSize } = config;
  const { rows, capacity } = shape;
  const rotated = (heads + keyValueHeads) * headSize;
  const of = (name: string): Tensor => shared[name] as Tensor;
  const places = cachePlaces(tf, shape, keyValueHeads, positions);
  const mask = tf.reshape(maskOf(tf, shape, heads, positions), [rows * keyValueHeads, -1, capacity]);
  const angles = (table: string): Tensor =>
    tf.tile(tf.gather(of(table), positions as Tensor1D), [1, heads + keyValueHeads]);
  const cosines = angles('cosines');
  const sines = angles('sines');
  const written: Record<string, Tensor> = {};
  let hidden = tf.gather(of('embedding'), fed as Tensor1D);
  for (let layer = 0; layer < config.layers; layer++) {
    const write = (name: string, values: Tensor): Tensor => {
      const at = `${name}.${layer}`;
      const updated = updateRows(tf, cache[at] as Tensor, places, tf.reshape(values, [-1, headSize]));
      written[at] = updated;
      return tf.reshape(updated, [rows * keyValueHeads, capacity, headSize]);
    };
    const biased = (name: string, values: Tensor): Tensor => {
      const bias = shared[`${name}Bias.${layer}`];
      return bias === undefined ? values : tf.add(values, bias);
    };
    const projected = biased(
      'attention',
      tf.matMul(normalise(tf, hidden, config.normEpsilon), of(`attention.${layer}`)),
    );
    const [plain, turned, value] = tf.split(projected, [rotated, rotated, keyValueHeads * headSize], 1) as Tensor[];
    const [straight, across] = config.queryKeyNorm
      ? normaliseTurned(tf, config, plain as Tensor, turned as Tensor, (name) => of(`${name}.${layer}`))
      : [plain as Tensor, turned as Tensor];
    const both = tf.add(tf.mul(straight, cosines), tf.mul(across, sines));
    const [query, key] = tf.split(both, [heads * headSize, keyValueHeads * headSize], 1) as [Tensor, Tensor];
    const keys = write('keys', key);
    const values = write('values', value as Tensor);
    const products = tf.matMul(byHead(tf, query, shape, config), keys, false, true);
    const attended = tf.softmax(tf.add(products, mask));
    const mixed = byToken(tf, tf.matMul(attended, values), shape, config);
    hidden = tf.add(hidden, biased('attentionOutput', tf.matMul(mixed, of(`attentionOutput.${layer}`))));

    const wide = biased('gateUp', tf.matMul(normalise(tf, hidden, config.normEpsilon), of(`gateUp.${layer}`)));
    const [gate, up] = tf.split(wide, 2, 1) as [Tensor, Tensor];
    const gated = tf.mul(tf.mul(gate, tf.sigmoid(gate)), up);
    hidden = tf.add(hidden, biased('down', tf.matMul(gated, of(`down.${layer}`))));
  }
  return { hidden, cache: written };
}

/** `x / rms(x)`; the norm's weights are folded into the matrix that follows. */
export function normalise(tf: TensorFlow, x: Tensor, epsilon: number): Tensor {
  return tf.mul(x, inverseRms(tf, x, epsilon));
}

/**
 * Queries and keys, plain and rotated by a right angle, divided by the root mean square of their head, which both have
 * in common, and multiplied by the norms' weights; `[rows * tokens, (heads + keyValueHeads) * headSize]` each.
 */
function normaliseTurned(
  tf: TensorFlow,
  { headSize, normEpsilon }: ModelConfig,
  plain: Tensor,
  turned: Tensor,
  of: (name: 'headNorm' | 'turnedHeadNorm') => Tensor,
): [Tensor, Tensor] {
  const byHead = (x: Tensor): Tensor => tf.reshape(x, [x.shape[0] as number, -1, headSize]);
  const inverse = inverseRms(tf, byHead(plain), normEpsilon);
  const apply = (x: Tensor, weights: Tensor): Tensor =>
    tf.reshape(tf.mul(tf.mul(byHead(x), inverse), weights), x.shape);
  return [apply(plain, of('headNorm')), apply(turned, of('turnedHeadNorm'))];
}

/** `[rows * tokens, heads * headSize]` to `[rows * keyValueHeads, (heads / keyValueHeads) * tokens, headSize]`. */
function byHead(tf: TensorFlow, x: Tensor, { rows, tokens }: CachedShape, { heads, ...config }: ModelConfig): Tensor {
  const { keyValueHeads, headSize } = config;
  const turned = tokens === 1 ? x : tf.transpose(tf.reshape(x, [rows, tokens, heads, headSize]), [0, 2, 1, 3]);
  return tf.reshape(turned, [rows * keyValueHeads, -1, headSize]);
}

/** The way back. */
function byToken(tf: TensorFlow, x: Tensor, { rows, tokens }: CachedShape, { heads, headSize }: ModelConfig): Tensor {
  const turned = tokens === 1 ? x : tf.transpose(tf.reshape(x, [rows, heads, tokens, headSize]), [0, 2, 1, 3]);
  return tf.reshape(turned, [rows * tokens, heads * headSize]);
}

/** `[rows * tokens * keyValueHeads]`, int32: where in the cache each token is written, per key-value head. */
function cachePlaces(
  tf: TensorFlow,
  { rows, tokens, capacity }: CachedShape,
  keyValueHeads: number,
  positions: Tensor,
): Tensor1D {
  const starts = tf.tensor3d(
    Int32Array.from({ length: rows * keyValueHeads }, (_, i) => i * capacity),
    [rows, 1, keyValueHeads],
    'int32',
  );
  return tf.reshape(tf.add(starts, tf.reshape(positions, [rows, tokens, 1])), [-1]) as Tensor1D;
}

/** `[rows, heads, tokens * capacity]`: for every head, 0 up to the token's position, very low beyond it. */
function maskOf(tf: TensorFlow, { rows, tokens, capacity }: CachedShape, heads: number, positions: Tensor): Tensor {
  const columns = tf.tensor2d(
    Int32Array.from({ length: capacity }, (_, i) => i),
    [1, capacity],
    'int32',
  );
  const beyond = tf.cast(tf.greater(columns, tf.reshape(positions, [rows * tokens, 1])), 'float32');
  return tf.tile(tf.reshape(tf.mul(beyond, -1e9), [rows, 1, tokens * capacity]), [1, heads, 1]);
}
