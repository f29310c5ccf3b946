import { smallMatMul, type Tensor, type Tensor1D, type TensorFlow, updateRows } from '@turnwise/accelerator';
import type { ModelConfig } from '../model/model-config.js';
import { inverseRms } from '../model/rms-norm.js';
import type { Weights } from '../model/weights.js';
import { modelPart } from './model-part.js';

/** Sizes of a cache, and how many tokens each of its rows is fed at once. */
export interface CachedShape {
  readonly rows: number;
  readonly tokens: number;
  /** Tokens that a row of the cache holds. The last place belongs to none: what is fed in vain goes there. */
  readonly capacity: number;
  /** Parts of the model that are computed side by side: see `modelPart`. */
  readonly parts: number;
}

/** `keys.<layer>.<part>` and `values...`, each `[rows * keyValueHeads * capacity, headSize]`; written in place. */
export type KeyValueCache = Weights;

/** Folded weights, and the rotary tables `cosines` and `sines`, `[positions, headSize]`. */
export type DecodeShared = Weights;

/** What attention in every layer and part reads beside weights and cache. */
interface Positioned {
  /** `[rows * tokens, (heads + keyValueHeads) * headSize]` */
  readonly cosines: Tensor;
  readonly sines: Tensor;
  readonly places: Tensor1D;
  /** `[rows * keyValueHeads, (heads / keyValueHeads) * tokens, capacity]` */
  readonly mask: Tensor;
}

/** Weights, cache and results of one layer and part, by name. */
interface LayerAccess {
  weight(name: string): Tensor;
  biased(name: string, values: Tensor): Tensor;
  /** Writes the rows of the fed tokens into the cache, and gives the whole of it. */
  cached(name: 'keys' | 'values', rows: Tensor): Tensor;
}

/**
 * Feeds tokens to the layers: each attends to what the cache of its row holds up to its own position, itself included.
 *
 * @param fed `[rows * tokens]`, int32
 * @param positions `[rows * tokens]`, int32, below the capacity
 * @returns the last hidden states, `[rows * tokens, hiddenSize]`, not normalised, and the cache
 */
export function cachedForward(
  tf: TensorFlow,
  whole: ModelConfig,
  shape: CachedShape,
  shared: DecodeShared,
  cache: KeyValueCache,
  fed: Tensor,
  positions: Tensor,
): { readonly hidden: Tensor; readonly cache: KeyValueCache } {
  const config = modelPart(whole, shape.parts);
  const { heads, keyValueHeads, headSize } = config;
  const { rows, capacity } = shape;
  const angles = (table: string): Tensor =>
    tf.tile(tf.gather(shared[table] as Tensor, positions as Tensor1D), [1, heads + keyValueHeads]);
  const positioned: Positioned = {
    cosines: angles('cosines'),
    sines: angles('sines'),
    places: cachePlaces(tf, shape, keyValueHeads, positions),
    mask: tf.reshape(maskOf(tf, shape, heads, positions), [rows * keyValueHeads, -1, capacity]),
  };
  const written: Record<string, Tensor> = {};
  const access = (layer: number, part: number): LayerAccess => ({
    weight: (name) => shared[`${name}.${layer}.${part}`] as Tensor,
    biased: (name, values) => {
      const bias = shared[`${name}Bias.${layer}.${part}`];
      return bias === undefined ? values : tf.add(values, bias);
    },
    cached: (name, of) => {
      const at = `${name}.${layer}.${part}`;
      const updated = updateRows(tf, cache[at] as Tensor, positioned.places, tf.reshape(of, [-1, headSize]));
      written[at] = updated;
      return tf.reshape(updated, [rows * keyValueHeads, capacity, headSize]);
    },
  });
  let hidden = tf.gather(shared['embedding'] as Tensor, fed as Tensor1D);
  for (let layer = 0; layer < config.layers; layer++) {
    const parts = Array.from({ length: shape.parts }, (_, part) => access(layer, part));
    const before = normalise(tf, hidden, config.normEpsilon);
    hidden = sum(tf, [hidden, ...parts.map((part) => attend(tf, config, shape, positioned, part, before))]);
    const after = normalise(tf, hidden, config.normEpsilon);
    hidden = sum(tf, [hidden, ...parts.map((part) => feedForward(tf, shape, part, after))]);
  }
  return { hidden, cache: written };
}

function attend(
  tf: TensorFlow,
  config: ModelConfig,
  shape: CachedShape,
  { cosines, sines, mask }: Positioned,
  of: LayerAccess,
  x: Tensor,
): Tensor {
  const { heads, keyValueHeads, headSize } = config;
  const product = productFor(tf, shape);
  const rotated = (heads + keyValueHeads) * headSize;
  const projected = of.biased('attention', product(x, of.weight('attention')));
  const [plain, turned, value] = tf.split(projected, [rotated, rotated, keyValueHeads * headSize], 1) as Tensor[];
  const [straight, across] = config.queryKeyNorm
    ? normaliseTurned(tf, config, plain as Tensor, turned as Tensor, (name) => of.weight(name))
    : [plain as Tensor, turned as Tensor];
  const both = tf.add(tf.mul(straight, cosines), tf.mul(across, sines));
  const [query, key] = tf.split(both, [heads * headSize, keyValueHeads * headSize], 1) as [Tensor, Tensor];
  const keys = of.cached('keys', key);
  const values = of.cached('values', value as Tensor);
  const products = product(byHead(tf, query, shape, config), keys, false, true);
  const attended = tf.softmax(tf.add(products, mask));
  const mixed = byToken(tf, product(attended, values), shape, config);
  return of.biased('attentionOutput', product(mixed, of.weight('attentionOutput')));
}

function feedForward(tf: TensorFlow, shape: CachedShape, of: LayerAccess, x: Tensor): Tensor {
  const product = productFor(tf, shape);
  const [gate, up] = tf.split(of.biased('gateUp', product(x, of.weight('gateUp'))), 2, 1) as [Tensor, Tensor];
  return of.biased('down', product(tf.mul(tf.mul(gate, tf.sigmoid(gate)), up), of.weight('down')));
}

type Product = (a: Tensor, b: Tensor, transposeA?: boolean, transposeB?: boolean) => Tensor;

function productFor(tf: TensorFlow, { tokens }: CachedShape): Product {
  return tokens === 1 ? smallMatMul.bind(null, tf) : tf.matMul;
}

function sum(tf: TensorFlow, terms: Tensor[]): Tensor {
  return terms.length === 2 ? tf.add(terms[0] as Tensor, terms[1] as Tensor) : tf.addN(terms);
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
