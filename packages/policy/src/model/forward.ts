import type { Tensor, Tensor1D, TensorFlow } from '@turnwise/accelerator';
import { embed } from './embed.js';
import type { ModelConfig } from './model-config.js';
import { type Block, recomputed } from './recomputed.js';
import { rmsNorm } from './rms-norm.js';
import { rotaryTables, rotate, signSines } from './rotary.js';
import { swiglu } from './swiglu.js';
import { EMBEDDING, FINAL_NORM, LAYER_WEIGHTS, type LayerWeight, layerWeightName, OUTPUT } from './weight-shapes.js';
import { type Weights, weight } from './weights.js';

const MASKED = -1e9;
const LAYER_WEIGHT_NAMES = Object.keys(LAYER_WEIGHTS) as LayerWeight[];

/** What a layer's attention reads beside its weights. */
interface Shared {
  readonly rows: number;
  readonly tokens: number;
  readonly cosines: Tensor;
  readonly signedSines: Tensor;
  /** `[tokens, tokens]`, 0 on and below the diagonal. */
  readonly causalMask: Tensor;
}

export interface ForwardOptions {
  /** Keep no activations of a layer for the gradient, but compute them again. Default no. */
  readonly activationCheckpointing?: boolean;
}

/**
 * The forward pass of a Llama-architecture transformer over whole rows: token ids to the normalised last hidden
 * states, `[rows * tokens, hiddenSize]`. Padding on the right is harmless: no token attends to what follows it.
 *
 * @param tokenIds `[rows, tokens]`, int32
 */
export function forward(
  tf: TensorFlow,
  config: ModelConfig,
  weights: Weights,
  tokenIds: Tensor,
  { activationCheckpointing = false }: ForwardOptions = {},
): Tensor {
  const [rows, tokens] = tokenIds.shape as [number, number];
  const constants = constantsOf(tf, config, tokens);
  const block: Block = ([x, ...own], given) => layer(tf, config, rows, tokens, x as Tensor, own, given);
  let hidden = embed(tf, weight(weights, EMBEDDING), tf.reshape(tokenIds, [-1]) as Tensor1D);
  for (let i = 0; i < config.layers; i++) {
    const inputs = [hidden, ...LAYER_WEIGHT_NAMES.map((name) => weight(weights, layerWeightName(i, name)))];
    hidden = activationCheckpointing ? recomputed(tf, block, inputs, constants) : block(inputs, constants);
  }
  return rmsNorm(tf, hidden, weight(weights, FINAL_NORM), config.normEpsilon);
}

/** Hidden states to logits: `[positions, hiddenSize]` to `[positions, vocabulary]`. */
export function logitsOf(tf: TensorFlow, config: ModelConfig, weights: Weights, hidden: Tensor): Tensor {
  return tf.matMul(hidden, weight(weights, config.tiedEmbeddings ? EMBEDDING : OUTPUT), false, true);
}

/** What all layers share for one length of rows: cosines, signed sines, and a mask that is 0 up to the diagonal. */
function constantsOf(tf: TensorFlow, config: ModelConfig, tokens: number): Tensor[] {
  const { cosines, sines } = rotaryTables(config, tokens);
  const mask = new Float32Array(tokens * tokens);
  for (let t = 0; t < tokens; t++) mask.fill(MASKED, t * tokens + t + 1, (t + 1) * tokens);
  return [
    tf.tensor2d(cosines, [tokens, config.headSize]),
    tf.tensor2d(signSines(sines, config.headSize), [tokens, config.headSize]),
    tf.tensor2d(mask, [tokens, tokens]),
  ];
}

/** One layer; `own` are its weights in the order of `LAYER_WEIGHT_NAMES`, `constants` those of `constantsOf`. */
function layer(
  tf: TensorFlow,
  config: ModelConfig,
  rows: number,
  tokens: number,
  x: Tensor,
  own: readonly Tensor[],
  constants: readonly Tensor[],
): Tensor {
  const [cosines, signedSines, causalMask] = constants as [Tensor, Tensor, Tensor];
  const of = (name: LayerWeight): Tensor => own[LAYER_WEIGHT_NAMES.indexOf(name)] as Tensor;
  const shared = { rows, tokens, cosines, signedSines, causalMask };
  const attended = tf.add(
    x,
    attention(tf, config, of, shared, rmsNorm(tf, x, of('attentionNorm'), config.normEpsilon)),
  );
  return tf.add(attended, mlp(tf, of, rmsNorm(tf, attended, of('mlpNorm'), config.normEpsilon)));
}

function attention(
  tf: TensorFlow,
  { heads, keyValueHeads, headSize }: ModelConfig,
  of: (name: LayerWeight) => Tensor,
  { rows, tokens, cosines, signedSines, causalMask }: Shared,
  x: Tensor,
): Tensor {
  const all = heads + 2 * keyValueHeads;
  const projected = tf.matMul(x, tf.concat([of('query'), of('key'), of('value')], 0), false, true);
  // [rows, heads, tokens, headSize], queries first, then keys, then values.
  const split = tf.transpose(tf.reshape(projected, [rows, tokens, all, headSize]), [0, 2, 1, 3]);
  const [queriesAndKeys, values] = tf.split(split, [heads + keyValueHeads, keyValueHeads], 1) as [Tensor, Tensor];
  const [queries, keys] = tf.split(rotate(tf, queriesAndKeys, cosines, signedSines), [heads, keyValueHeads], 1) as [
    Tensor,
    Tensor,
  ];
  // The query heads of one key-value head are neighbours: their positions are stacked.
  const grouped = tf.reshape(tf.mul(queries, headSize ** -0.5), [rows, keyValueHeads, -1, headSize]);
  const products = tf.reshape(tf.matMul(grouped, keys, false, true), [rows, heads, tokens, tokens]);
  const attended = tf.reshape(tf.softmax(tf.add(products, causalMask)), [rows, keyValueHeads, -1, tokens]);
  const mixed = tf.reshape(tf.matMul(attended, values), [rows, heads, tokens, headSize]);
  const joined = tf.reshape(tf.transpose(mixed, [0, 2, 1, 3]), [rows * tokens, heads * headSize]);
  return tf.matMul(joined, of('attentionOutput'), false, true);
}

function mlp(tf: TensorFlow, of: (name: LayerWeight) => Tensor, x: Tensor): Tensor {
  const both = tf.matMul(x, tf.concat([of('gate'), of('up')], 0), false, true);
  const [gate, up] = tf.split(both, 2, 1) as [Tensor, Tensor];
  return tf.matMul(swiglu(tf, gate, up), of('down'), false, true);
}
