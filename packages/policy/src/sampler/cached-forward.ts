import { smallMatMul, type Tensor, type Tensor1D, type TensorFlow, updateRows } from '@turnwise/accelerator';
import type { ModelConfig } from '../model/model-config.js';
import { EMBEDDING } from '../model/weight-shapes.js';
import { type Weights, weight } from '../model/weights.js';
import { foldedLayer, isFolded, type LayerInputs, plainLayer } from './cached-layer.js';
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

/** Weights, folded or those of the checkpoint, and the rotary tables `cosines` and `sines`, `[positions, headSize]`. */
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
  const folded = isFolded(shared);
  const places = cachePlaces(tf, shape, keyValueHeads, positions);
  const mask = tf.reshape(maskOf(tf, shape, heads, positions), [rows * keyValueHeads, -1, capacity]);
  const angles = (table: string): Tensor =>
    tf.tile(tf.gather(weight(shared, table), positions as Tensor1D), [1, heads + keyValueHeads]);
  const product = shape.tokens === 1 ? smallMatMul.bind(null, tf) : tf.matMul;
  const inputs: LayerInputs = { cosines: angles('cosines'), sines: angles('sines'), product };
  const written: Record<string, Tensor> = {};
  let hidden = tf.gather(weight(shared, folded ? 'embedding' : EMBEDDING), fed as Tensor1D);
  for (let layer = 0; layer < config.layers; layer++) {
    const parts = Array.from({ length: shape.parts }, (_, part) => {
      const at = `${layer}.${part}`;
      const write = (name: string, values: Tensor): Tensor => {
        const cached = `${name}.${at}`;
        const updated = updateRows(tf, cache[cached] as Tensor, places, tf.reshape(values, [-1, headSize]));
        written[cached] = updated;
        return tf.reshape(updated, [rows * keyValueHeads, capacity, headSize]);
      };
      const { project, output, mlp } = folded
        ? foldedLayer(tf, config, shared, at, inputs)
        : plainLayer(tf, config, shared, layer, inputs);
      const attend = (given: Tensor): Tensor => {
        const projected = project(given);
        const keys = write('keys', projected.keys);
        const values = write('values', projected.values);
        // By a transposed matrix it is slow for more than one row.
        const against = heads === keyValueHeads ? product : tf.matMul;
        const products = against(byHead(tf, projected.queries, shape, config), keys, false, true);
        const attended = tf.softmax(tf.add(products, mask));
        return output(byToken(tf, product(attended, values), shape, config));
      };
      return { attend, mlp };
    });
    const before = hidden;
    const attended = sum(tf, [before, ...parts.map(({ attend }) => attend(before))]);
    hidden = sum(tf, [attended, ...parts.map(({ mlp }) => mlp(attended))]);
  }
  return { hidden, cache: written };
}

function sum(tf: TensorFlow, terms: Tensor[]): Tensor {
  return terms.length === 2 ? tf.add(terms[0] as Tensor, terms[1] as Tensor) : tf.addN(terms);
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
