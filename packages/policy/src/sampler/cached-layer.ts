import { smallMatMul, type Tensor, type TensorFlow } from '@turnwise/accelerator';
import type { ModelConfig } from '../model/model-config.js';
import { parameterCount } from '../model/parameter-count.js';
import { type Product, project } from '../model/project.js';
import { inverseRms } from '../model/rms-norm.js';
import { EMBEDDING, FINAL_NORM, type LayerWeight, OUTPUT } from '../model/weight-shapes.js';
import { layerReader, type Weights, weight } from '../model/weights.js';

/** What a layer does to the hidden states of tokens, `[tokens, hiddenSize]`, around its attention. */
export interface CachedLayer {
  /** Queries, divided by `sqrt(headSize)`, and keys, both rotated, and values; side by side, heads one after another. */
  project(hidden: Tensor): { readonly queries: Tensor; readonly keys: Tensor; readonly values: Tensor };
  /** What the attention adds to the hidden states. */
  output(mixed: Tensor): Tensor;
  /** What the SwiGLU block adds. */
  mlp(hidden: Tensor): Tensor;
}

/** Up to so many parameters a second, folded copy of the weights is held, unless an option says otherwise. */
const FOLDED_PARAMETERS = 50e6;

/** Whether tokens are best sampled with folded weights: faster, for a second copy of them. */
export function foldsByDefault(config: ModelConfig): boolean {
  return parameterCount(config) <= FOLDED_PARAMETERS;
}

/** Whether weights are those of `foldWeights`, and not those of the checkpoint. */
export function isFolded(shared: Weights): boolean {
  return shared['embedding'] !== undefined;
}

/** What every layer reads beside its weights. */
export interface LayerInputs {
  /** Of each token, `[tokens, (heads + keyValueHeads) * headSize]`. */
  readonly cosines: Tensor;
  readonly sines: Tensor;
  /** `tf.matMul`, or what is faster for as many tokens. */
  readonly product: Product;
}

/** A part of a layer, `at` `<layer>.<part>`, with the weights of `foldWeights`; `config` is that of the part. */
export function foldedLayer(
  tf: TensorFlow,
  config: ModelConfig,
  shared: Weights,
  at: string,
  { cosines, sines, product }: LayerInputs,
): CachedLayer {
  const { heads, keyValueHeads, headSize, normEpsilon } = config;
  const rotated = (heads + keyValueHeads) * headSize;
  const of = (name: string): Tensor => weight(shared, `${name}.${at}`);
  const linear = (x: Tensor, name: string): Tensor => {
    const made = product(x, of(name));
    const bias = shared[`${name}Bias.${at}`];
    return bias === undefined ? made : tf.add(made, bias);
  };
  return {
    project: (hidden) => {
      const projected = linear(normalise(tf, hidden, normEpsilon), 'attention');
      const [plain, turned, values] = tf.split(projected, [rotated, rotated, keyValueHeads * headSize], 1) as Tensor[];
      const [straight, across] = config.queryKeyNorm
        ? normaliseTurned(tf, config, plain as Tensor, turned as Tensor, of)
        : [plain as Tensor, turned as Tensor];
      const both = tf.add(tf.mul(straight, cosines), tf.mul(across, sines));
      const [queries, keys] = tf.split(both, [heads * headSize, keyValueHeads * headSize], 1) as [Tensor, Tensor];
      return { queries, keys, values: values as Tensor };
    },
    output: (mixed) => linear(mixed, 'attentionOutput'),
    mlp: (hidden) => {
      const wide = linear(normalise(tf, hidden, normEpsilon), 'gateUp');
      const [gate, up] = tf.split(wide, 2, 1) as [Tensor, Tensor];
      return linear(tf.mul(tf.mul(gate, tf.sigmoid(gate)), up), 'down');
    },
  };
}

/** A layer with the weights of the checkpoint, adapters beside them. */
export function plainLayer(
  tf: TensorFlow,
  config: ModelConfig,
  weights: Weights,
  layer: number,
  { cosines, sines }: LayerInputs,
): CachedLayer {
  const { heads, keyValueHeads, headSize, normEpsilon } = config;
  const of = layerReader(weights, layer);
  const norm = (x: Tensor, name: LayerWeight): Tensor => tf.mul(normalise(tf, x, normEpsilon), of(name) as Tensor);
  const normHeads = (x: Tensor, name: LayerWeight): Tensor =>
    config.queryKeyNorm ? tf.reshape(norm(tf.reshape(x, [-1, headSize]), name), x.shape) : x;
  const linear = (x: Tensor, ...modules: LayerWeight[]): Tensor =>
    project(tf, config, of, modules, x, checkpointProduct(tf, x));
  return {
    project: (hidden) => {
      const projected = linear(norm(hidden, 'attentionNorm'), 'query', 'key', 'value');
      const widths = [heads * headSize, keyValueHeads * headSize, keyValueHeads * headSize];
      const [queries, keys, values] = tf.split(projected, widths, 1) as [Tensor, Tensor, Tensor];
      const scaled = tf.mul(normHeads(queries, 'queryNorm'), headSize ** -0.5);
      const both = tf.concat([scaled, normHeads(keys, 'keyNorm')], 1);
      const rotated = tf.add(tf.mul(both, cosines), tf.mul(turned(tf, both, headSize), sines));
      const [q, k] = tf.split(rotated, widths.slice(0, 2), 1) as [Tensor, Tensor];
      return { queries: q, keys: k, values };
    },
    output: (mixed) => linear(mixed, 'attentionOutput'),
    mlp: (hidden) => {
      const [gate, up] = tf.split(linear(norm(hidden, 'mlpNorm'), 'gate', 'up'), 2, 1) as [Tensor, Tensor];
      return linear(tf.mul(tf.mul(gate, tf.sigmoid(gate)), up), 'down');
    },
  };
}

/** Hidden states of the last layer to logits, with either kind of weights. */
export function cachedLogits(tf: TensorFlow, config: ModelConfig, shared: Weights, hidden: Tensor): Tensor {
  const normalised = normalise(tf, hidden, config.normEpsilon);
  if (isFolded(shared)) return smallMatMul(tf, normalised, weight(shared, 'output'));
  const output = weight(shared, config.tiedEmbeddings ? EMBEDDING : OUTPUT);
  const product = checkpointProduct(tf, normalised);
  return product(tf.mul(normalised, weight(shared, FINAL_NORM)), output, false, true);
}

/**
 * What multiplies by the matrices of a checkpoint, which are transposed: for a single token TensorFlow's own kernel, which
 * reads a large matrix 1.7 times as fast; for two and more it is 16 times as slow as `tf.matMul` (measured on 2 cores).
 */
function checkpointProduct(tf: TensorFlow, x: Tensor): Product {
  return x.shape[0] === 1 ? smallMatMul.bind(null, tf) : tf.matMul;
}

/** `x / rms(x)` */
function normalise(tf: TensorFlow, x: Tensor, epsilon: number): Tensor {
  return tf.mul(x, inverseRms(tf, x, epsilon));
}

/** `(-second half | first half)` of each head. */
function turned(tf: TensorFlow, x: Tensor, headSize: number): Tensor {
  const [first, second] = tf.split(tf.reshape(x, [x.shape[0] as number, -1, headSize]), 2, 2) as [Tensor, Tensor];
  return tf.reshape(tf.concat([tf.neg(second), first], 2), x.shape);
}

/**
 * Queries and keys, plain and rotated by a right angle, divided by the root mean square of their head, which both have
 * in common, and multiplied by the norms' weights; `[tokens, (heads + keyValueHeads) * headSize]` each.
 */
function normaliseTurned(
  tf: TensorFlow,
  { headSize, normEpsilon }: ModelConfig,
  plain: Tensor,
  turned: Tensor,
  of: (name: string) => Tensor,
): [Tensor, Tensor] {
  const byHead = (x: Tensor): Tensor => tf.reshape(x, [x.shape[0] as number, -1, headSize]);
  const inverse = inverseRms(tf, byHead(plain), normEpsilon);
  const apply = (x: Tensor, weights: Tensor): Tensor =>
    tf.reshape(tf.mul(tf.mul(byHead(x), inverse), weights), x.shape);
  return [apply(plain, of('headNorm')), apply(turned, of('turnedHeadNorm'))];
}
