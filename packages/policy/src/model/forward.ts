import type { Tensor, Tensor1D, TensorFlow } from '@turnwise/accelerator';
import { embed } from './embed.js';
import type { ModelConfig } from './model-config.js';
import { normaliseHeads } from './normalise-heads.js';
import { project } from './project.js';
import { type Block, recomputed } from './recomputed.js';
import { rmsNorm } from './rms-norm.js';
import { rotaryTables, rotate, signSines } from './rotary.js';
import { swiglu } from './swiglu.js';
import { EMBEDDING, FINAL_NORM, OUTPUT, trainedShapes } from './weight-shapes.js';
import { type LayerReader, layerReader, type Weights, weight } from './weights.js';

const MASKED = -1e9;

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
  let hidden = embed(tf, weight(weights, EMBEDDING), tf.reshape(tokenIds, [-1]) as Tensor1D, {
    trained: config.lora === undefined,
  });
  for (let i = 0; i < config.layers; i++) {
    const [trained, frozen] = layerWeights(config, weights, i);
    const names = [...trained, ...frozen];
    const block: Block = ([x, ...own], given) => {
      const rest = given.slice(constants.length);
      const here = Object.fromEntries(names.map((name, n) => [name, [...own, ...rest][n] as Tensor]));
      return layer(tf, config, rows, tokens, x as Tensor, layerReader(here, i), given);
    };
    const tensorsOf = (some: readonly string[]): Tensor[] => some.map((name) => weight(weights, name));
    const inputs = [hidden, ...tensorsOf(trained)];
    const read = [...constants, ...tensorsOf(frozen)];
    hidden = activationCheckpointing ? recomputed(tf, block, inputs, read) : block(inputs, read);
  }
  return rmsNorm(tf, hidden, weight(weights, FINAL_NORM), config.normEpsilon);
}

/** What turns hidden states into logits, `[vocabulary, hiddenSize]`. */
export function outputMatrix(config: ModelConfig, weights: Weights): Tensor {
  return weight(weights, config.tiedEmbeddings ? EMBEDDING : OUTPUT);
}

/** Names of the weights of a layer: those that are trained, and the others. */
function layerWeights(config: ModelConfig, weights: Weights, layer: number): [string[], string[]] {
  const trained = trainedShapes(config);
  const own = Object.keys(weights).filter((name) => name.startsWith(`model.layers.${layer}.`));
  return [own.filter((name) => trained.has(name)), own.filter((name) => !trained.has(name))];
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

/** One layer; `constants` begin with those of `constantsOf`. */
function layer(
  tf: TensorFlow,
  config: ModelConfig,
  rows: number,
  tokens: number,
  x: Tensor,
  of: LayerReader,
  constants: readonly Tensor[],
): Tensor {
  const [cosines, signedSines, causalMask] = constants as [Tensor, Tensor, Tensor];
  const shared = { rows, tokens, cosines, signedSines, causalMask };
  const norm = (values: Tensor, name: 'attentionNorm' | 'mlpNorm'): Tensor =>
    rmsNorm(tf, values, of(name) as Tensor, config.normEpsilon);
  const attended = tf.add(x, attention(tf, config, of, shared, norm(x, 'attentionNorm')));
  return tf.add(attended, mlp(tf, config, of, norm(attended, 'mlpNorm')));
}

function attention(
  tf: TensorFlow,
  config: ModelConfig,
  of: LayerReader,
  { rows, tokens, cosines, signedSines, causalMask }: Shared,
  x: Tensor,
): Tensor {
  const { heads, keyValueHeads, headSize } = config;
  const all = heads + 2 * keyValueHeads;
  const projected = normaliseHeads(tf, config, of, project(tf, config, of, ['query', 'key', 'value'], x));
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
  return project(tf, config, of, ['attentionOutput'], joined);
}

function mlp(tf: TensorFlow, config: ModelConfig, of: LayerReader, x: Tensor): Tensor {
  const [gate, up] = tf.split(project(tf, config, of, ['gate', 'up'], x), 2, 1) as [Tensor, Tensor];
  return project(tf, config, of, ['down'], swiglu(tf, gate, up));
}
