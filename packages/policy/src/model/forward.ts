import type { Tensor, Tensor1D, TensorFlow } from '@turnwise/accelerator';
import { type AttentionBlock, attention } from './attention.js';
import { blockOf, causalBlocks } from './causal-mask.js';
import { embed } from './embed.js';
import type { ModelConfig } from './model-config.js';
import { type Block, recomputed } from './recomputed.js';
import { rmsNorm } from './rms-norm.js';
import { rotaryTables, rotate, signSines } from './rotary.js';
import { type Selection, selectRows } from './selection.js';
import { swiglu } from './swiglu.js';
import { EMBEDDING, FINAL_NORM, LAYER_WEIGHTS, type LayerWeight, layerWeightName, OUTPUT } from './weight-shapes.js';
import { type Weights, weight } from './weights.js';

const LAYER_WEIGHT_NAMES = Object.keys(LAYER_WEIGHTS) as LayerWeight[];

/** What the layers read beside their weights. */
interface LayerInputs {
  readonly rows: number;
  readonly tokens: number;
  /** `[tokens, headSize]`, of the keys. */
  readonly cosines: Tensor;
  readonly signedSines: Tensor;
  readonly blocks: readonly AttentionBlock[];
  /** The last layer's, if not all of its positions are wanted. */
  readonly selection: Selection | null;
}

export interface ForwardOptions {
  /** Keep no activations of a layer for the gradient, but compute them again. Default no. */
  readonly activationCheckpointing?: boolean;
  /** Positions of each row, `[rows, selected]`, int32, and where they are: the only ones of the result. Default all. */
  readonly selected?: { readonly positions: Tensor; readonly selection: Selection } | undefined;
}

/**
 * The forward pass of a Llama-architecture transformer over whole rows: token ids to the normalised last hidden
 * states, `[rows * tokens, hiddenSize]`, or `[rows * selected, hiddenSize]`. Padding on the right is harmless: no token
 * attends to what follows it.
 *
 * @param tokenIds `[rows, tokens]`, int32
 */
export function forward(
  tf: TensorFlow,
  config: ModelConfig,
  weights: Weights,
  tokenIds: Tensor,
  { activationCheckpointing = false, selected }: ForwardOptions = {},
): Tensor {
  const [rows, tokens] = tokenIds.shape as [number, number];
  const { cosines, sines } = rotaryTables(config, tokens);
  const inputs: LayerInputs = {
    rows,
    tokens,
    cosines: tf.tensor2d(cosines, [tokens, config.headSize]),
    signedSines: tf.tensor2d(signSines(sines, config.headSize), [tokens, config.headSize]),
    blocks: causalBlocks(tf, tokens),
    selection: null,
  };
  let hidden = embed(tf, weight(weights, EMBEDDING), tf.reshape(tokenIds, [-1]) as Tensor1D);
  for (let i = 0; i < config.layers; i++) {
    const given = [hidden, ...LAYER_WEIGHT_NAMES.map((name) => weight(weights, layerWeightName(i, name)))];
    const last = selected !== undefined && i === config.layers - 1;
    const own = last
      ? { ...inputs, blocks: [blockOf(tf, selected.positions, tokens)], selection: selected.selection }
      : inputs;
    const block: Block = ([x, ...ofLayer], kept) => layer(tf, config, x as Tensor, ofLayer, withTensors(own, kept));
    const constants = tensorsIn(own);
    hidden = activationCheckpointing ? recomputed(tf, block, given, constants) : block(given, constants);
  }
  return rmsNorm(tf, hidden, weight(weights, FINAL_NORM), config.normEpsilon);
}

/** Hidden states to logits: `[positions, hiddenSize]` to `[positions, vocabulary]`. */
export function logitsOf(tf: TensorFlow, config: ModelConfig, weights: Weights, hidden: Tensor): Tensor {
  return tf.matMul(hidden, weight(weights, config.tiedEmbeddings ? EMBEDDING : OUTPUT), false, true);
}

/** What a layer reads beside its weights, as a list: backward may find other tensors of the same values in its place. */
function tensorsIn({ cosines, signedSines, blocks, selection }: LayerInputs): Tensor[] {
  return [
    cosines,
    signedSines,
    ...blocks.map(({ mask }) => mask),
    ...(selection ? [selection.from, selection.to] : []),
  ];
}

/** `inputs` with the tensors of `tensorsIn` taken from a list. */
function withTensors(inputs: LayerInputs, tensors: readonly Tensor[]): LayerInputs {
  const [cosines, signedSines, ...others] = tensors as [Tensor, Tensor, ...Tensor[]];
  const [from, to] = others.slice(inputs.blocks.length) as [Tensor1D, Tensor1D];
  return {
    ...inputs,
    cosines,
    signedSines,
    blocks: inputs.blocks.map((block, i) => ({ ...block, mask: others[i] as Tensor })),
    selection: inputs.selection === null ? null : { ...inputs.selection, from, to },
  };
}

/** One layer; `own` are its weights in the order of `LAYER_WEIGHT_NAMES`. */
function layer(tf: TensorFlow, config: ModelConfig, x: Tensor, own: readonly Tensor[], inputs: LayerInputs): Tensor {
  const of = (name: LayerWeight): Tensor => own[LAYER_WEIGHT_NAMES.indexOf(name)] as Tensor;
  const { selection } = inputs;
  const kept = selection === null ? x : selectRows(tf, x, selection);
  const normalised = rmsNorm(tf, x, of('attentionNorm'), config.normEpsilon);
  const attended = tf.add(kept, selfAttention(tf, config, of, inputs, normalised));
  return tf.add(attended, mlp(tf, of, rmsNorm(tf, attended, of('mlpNorm'), config.normEpsilon)));
}

function selfAttention(
  tf: TensorFlow,
  config: ModelConfig,
  of: (name: LayerWeight) => Tensor,
  inputs: LayerInputs,
  x: Tensor,
): Tensor {
  const { heads, headSize } = config;
  const project = inputs.selection === null ? projectAll : projectSelected;
  const { queries, keys, values } = project(tf, config, of, inputs, x);
  const mixed = attention(tf, tf.mul(queries, headSize ** -0.5), keys, values, inputs.blocks);
  const joined = tf.reshape(tf.transpose(mixed, [0, 2, 1, 3]), [-1, heads * headSize]);
  return tf.matMul(joined, of('attentionOutput'), false, true);
}

/** `[rows, heads, positions, headSize]` each; queries and keys rotated. */
interface Projections {
  readonly queries: Tensor;
  readonly keys: Tensor;
  readonly values: Tensor;
}

function projectAll(
  tf: TensorFlow,
  { heads, keyValueHeads, headSize }: ModelConfig,
  of: (name: LayerWeight) => Tensor,
  { rows, cosines, signedSines }: LayerInputs,
  x: Tensor,
): Projections {
  const projected = tf.matMul(x, tf.concat([of('query'), of('key'), of('value')], 0), false, true);
  const [turned, values] = tf.split(byHead(tf, projected, rows, headSize), [heads + keyValueHeads, keyValueHeads], 1);
  const rotated = rotate(tf, turned as Tensor, cosines, signedSines);
  const [queries, keys] = tf.split(rotated, [heads, keyValueHeads], 1) as [Tensor, Tensor];
  return { queries, keys, values: values as Tensor };
}

/** Keys and values of all positions, queries of the selected ones. */
function projectSelected(
  tf: TensorFlow,
  { keyValueHeads, headSize }: ModelConfig,
  of: (name: LayerWeight) => Tensor,
  { rows, tokens, cosines, signedSines, selection }: LayerInputs,
  x: Tensor,
): Projections {
  const { from } = selection as Selection;
  const projected = tf.matMul(x, tf.concat([of('key'), of('value')], 0), false, true);
  const [keys, values] = tf.split(byHead(tf, projected, rows, headSize), [keyValueHeads, keyValueHeads], 1);
  const wanted = tf.matMul(selectRows(tf, x, selection as Selection), of('query'), false, true);
  const positions = tf.mod(from, tf.scalar(tokens, 'int32')) as Tensor1D;
  const angles = (table: Tensor): Tensor => tf.reshape(tf.gather(table, positions), [rows, 1, -1, headSize]);
  return {
    queries: rotate(tf, byHead(tf, wanted, rows, headSize), angles(cosines), angles(signedSines)),
    keys: rotate(tf, keys as Tensor, cosines, signedSines),
    values: values as Tensor,
  };
}

/** `[rows * positions, heads * headSize]` to `[rows, heads, positions, headSize]`. */
function byHead(tf: TensorFlow, x: Tensor, rows: number, headSize: number): Tensor {
  const heads = (x.shape[1] as number) / headSize;
  return tf.transpose(tf.reshape(x, [rows, -1, heads, headSize]), [0, 2, 1, 3]);
}

function mlp(tf: TensorFlow, of: (name: LayerWeight) => Tensor, x: Tensor): Tensor {
  const both = tf.matMul(x, tf.concat([of('gate'), of('up')], 0), false, true);
  const [gate, up] = tf.split(both, 2, 1) as [Tensor, Tensor];
  return tf.matMul(swiglu(tf, gate, up), of('down'), false, true);
}
