import type { Tensor, Tensor1D, TensorFlow } from '@turnwise/accelerator';
import { type AttentionBlock, attention } from './attention.js';
import { blockOf, causalBlocks } from './causal-mask.js';
import { embed } from './embed.js';
import type { ModelConfig } from './model-config.js';
import { normaliseHeads } from './normalise-heads.js';
import { project } from './project.js';
import { type Block, recomputed } from './recomputed.js';
import { rmsNorm } from './rms-norm.js';
import { rotaryTables, rotate, signSines } from './rotary.js';
import { type Selection, selectRows } from './selection.js';
import { swiglu } from './swiglu.js';
import { EMBEDDING, FINAL_NORM, OUTPUT, trainedShapes } from './weight-shapes.js';
import { type LayerReader, layerReader, type Weights, weight } from './weights.js';

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
  const trained = config.lora === undefined;
  let hidden = embed(tf, weight(weights, EMBEDDING), tf.reshape(tokenIds, [-1]) as Tensor1D, { trained });
  for (let i = 0; i < config.layers; i++) {
    const [moving, frozen] = weightsOfLayer(config, weights, i);
    const last = selected !== undefined && i === config.layers - 1;
    const own = last
      ? { ...inputs, blocks: [blockOf(tf, selected.positions, tokens)], selection: selected.selection }
      : inputs;
    const others = tensorsIn(own);
    const block: Block = ([x, ...ofLayer], read) => {
      const tensors = [...ofLayer, ...read.slice(others.length)];
      const here = Object.fromEntries([...moving, ...frozen].map(([name], n) => [name, tensors[n] as Tensor]));
      return layer(tf, config, x as Tensor, layerReader(here, i), withTensors(own, read.slice(0, others.length)));
    };
    const given = [hidden, ...moving.map(([, tensor]) => tensor)];
    const constants = [...others, ...frozen.map(([, tensor]) => tensor)];
    hidden = activationCheckpointing ? recomputed(tf, block, given, constants) : block(given, constants);
  }
  return rmsNorm(tf, hidden, weight(weights, FINAL_NORM), config.normEpsilon, { trained });
}

/** What turns hidden states into logits, `[vocabulary, hiddenSize]`. */
export function outputMatrix(config: ModelConfig, weights: Weights): Tensor {
  return weight(weights, config.tiedEmbeddings ? EMBEDDING : OUTPUT);
}

type Named = readonly (readonly [string, Tensor])[];

/** The weights of a layer: those that are trained, and the others. */
function weightsOfLayer(config: ModelConfig, weights: Weights, layer: number): readonly [Named, Named] {
  const trained = trainedShapes(config);
  const own = Object.entries(weights).filter(([name]) => name.startsWith(`model.layers.${layer}.`));
  return [own.filter(([name]) => trained.has(name)), own.filter(([name]) => !trained.has(name))];
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

function layer(tf: TensorFlow, config: ModelConfig, x: Tensor, of: LayerReader, inputs: LayerInputs): Tensor {
  const { selection } = inputs;
  const norm = (values: Tensor, name: 'attentionNorm' | 'mlpNorm'): Tensor =>
    rmsNorm(tf, values, of(name) as Tensor, config.normEpsilon, { trained: config.lora === undefined });
  const kept = selection === null ? x : selectRows(tf, x, selection);
  const attended = tf.add(kept, selfAttention(tf, config, of, inputs, norm(x, 'attentionNorm')));
  return tf.add(attended, mlp(tf, config, of, norm(attended, 'mlpNorm')));
}

function selfAttention(tf: TensorFlow, config: ModelConfig, of: LayerReader, inputs: LayerInputs, x: Tensor): Tensor {
  const { heads, headSize } = config;
  const projections = inputs.selection === null ? projectAll : projectSelected;
  const { queries, keys, values } = projections(tf, config, of, inputs, x);
  const mixed = attention(tf, tf.mul(queries, headSize ** -0.5), keys, values, inputs.blocks);
  const joined = tf.reshape(tf.transpose(mixed, [0, 2, 1, 3]), [-1, heads * headSize]);
  return project(tf, config, of, ['attentionOutput'], joined);
}

/** `[rows, heads, positions, headSize]` each; queries and keys rotated. */
interface Projections {
  readonly queries: Tensor;
  readonly keys: Tensor;
  readonly values: Tensor;
}

function projectAll(
  tf: TensorFlow,
  config: ModelConfig,
  of: LayerReader,
  { rows, cosines, signedSines }: LayerInputs,
  x: Tensor,
): Projections {
  const heads = (name: 'query' | 'key' | 'value'): Tensor =>
    byHead(tf, project(tf, config, of, [name], x), rows, config.headSize);
  return {
    queries: rotate(tf, normaliseHeads(tf, config, of, heads('query'), 'queryNorm'), cosines, signedSines),
    keys: rotate(tf, normaliseHeads(tf, config, of, heads('key'), 'keyNorm'), cosines, signedSines),
    values: heads('value'),
  };
}

/** Keys and values of all positions, queries of the selected ones. */
function projectSelected(
  tf: TensorFlow,
  config: ModelConfig,
  of: LayerReader,
  { rows, tokens, cosines, signedSines, selection }: LayerInputs,
  x: Tensor,
): Projections {
  const { keyValueHeads, headSize } = config;
  const { from } = selection as Selection;
  const projected = project(tf, config, of, ['key', 'value'], x);
  const [keys, values] = tf.split(byHead(tf, projected, rows, headSize), [keyValueHeads, keyValueHeads], 1);
  const wanted = project(tf, config, of, ['query'], selectRows(tf, x, selection as Selection));
  const positions = tf.mod(from, tf.scalar(tokens, 'int32')) as Tensor1D;
  const normalise = (heads: Tensor, norm: 'queryNorm' | 'keyNorm'): Tensor =>
    normaliseHeads(tf, config, of, heads, norm);
  const angles = (table: Tensor): Tensor => tf.reshape(tf.gather(table, positions), [rows, 1, -1, headSize]);
  return {
    queries: rotate(
      tf,
      normalise(byHead(tf, wanted, rows, headSize), 'queryNorm'),
      angles(cosines),
      angles(signedSines),
    ),
    keys: rotate(tf, normalise(keys as Tensor, 'keyNorm'), cosines, signedSines),
    values: values as Tensor,
  };
}

/** `[rows * positions, heads * headSize]` to `[rows, heads, positions, headSize]`. */
function byHead(tf: TensorFlow, x: Tensor, rows: number, headSize: number): Tensor {
  const heads = (x.shape[1] as number) / headSize;
  return tf.transpose(tf.reshape(x, [rows, -1, heads, headSize]), [0, 2, 1, 3]);
}

function mlp(tf: TensorFlow, config: ModelConfig, of: LayerReader, x: Tensor): Tensor {
  const [gate, up] = [project(tf, config, of, ['gate'], x), project(tf, config, of, ['up'], x)];
  return project(tf, config, of, ['down'], swiglu(tf, gate, up));
}
