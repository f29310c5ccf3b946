import type { Tensor, Tensor1D, TensorFlow } from '@turnwise/accelerator';
import { embed } from './embed.js';
import type { ModelConfig } from './model-config.js';
import { rmsNorm } from './rms-norm.js';
import { rotaryTables, rotate, signSines } from './rotary.js';
import { swiglu } from './swiglu.js';
import { EMBEDDING, FINAL_NORM, type LayerWeight, layerWeightName, OUTPUT } from './weight-shapes.js';
import { type Weights, weight } from './weights.js';

const MASKED = -1e9;

/** What all layers share for one length of rows. */
interface Shared {
  readonly rows: number;
  readonly tokens: number;
  readonly cosines: Tensor;
  readonly signedSines: Tensor;
  /** `[tokens, tokens]`, 0 on and below the diagonal. */
  readonly causalMask: Tensor;
}

/**
 * The forward pass of a Llama-architecture transformer over whole rows: token ids to the normalised last hidden
 * states, `[rows * tokens, hiddenSize]`. Padding on the right is harmless: no token attends to what follows it.
 *
 * @param tokenIds `[rows, tokens]`, int32
 */
export function forward(tf: TensorFlow, config: ModelConfig, weights: Weights, tokenIds: Tensor): Tensor {
  const [rows, tokens] = tokenIds.shape as [number, number];
  const shared = sharedOf(tf, config, rows, tokens);
  let hidden = embed(tf, weight(weights, EMBEDDING), tf.reshape(tokenIds, [-1]) as Tensor1D);
  for (let layer = 0; layer < config.layers; layer++) {
    const of = (name: LayerWeight): Tensor => weight(weights, layerWeightName(layer, name));
    hidden = tf.add(
      hidden,
      attention(tf, config, of, shared, rmsNorm(tf, hidden, of('attentionNorm'), config.normEpsilon)),
    );
    hidden = tf.add(hidden, mlp(tf, of, rmsNorm(tf, hidden, of('mlpNorm'), config.normEpsilon)));
  }
  return rmsNorm(tf, hidden, weight(weights, FINAL_NORM), config.normEpsilon);
}

/** Hidden states to logits: `[positions, hiddenSize]` to `[positions, vocabulary]`. */
export function logitsOf(tf: TensorFlow, config: ModelConfig, weights: Weights, hidden: Tensor): Tensor {
  return tf.matMul(hidden, weight(weights, config.tiedEmbeddings ? EMBEDDING : OUTPUT), false, true);
}

function sharedOf(tf: TensorFlow, config: ModelConfig, rows: number, tokens: number): Shared {
  const { cosines, sines } = rotaryTables(config, tokens);
  const mask = new Float32Array(tokens * tokens);
  for (let t = 0; t < tokens; t++) mask.fill(MASKED, t * tokens + t + 1, (t + 1) * tokens);
  return {
    rows,
    tokens,
    cosines: tf.tensor2d(cosines, [tokens, config.headSize]),
    signedSines: tf.tensor2d(signSines(sines, config.headSize), [tokens, config.headSize]),
    causalMask: tf.tensor2d(mask, [tokens, tokens]),
  };
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
