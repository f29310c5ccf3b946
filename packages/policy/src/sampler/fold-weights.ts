import { type CompiledFunction, compile, type Tensor, type TensorFlow } from '@turnwise/accelerator';
import type { ModelConfig } from '../model/model-config.js';
import { mergedMatrix } from '../model/project.js';
import { EMBEDDING, FINAL_NORM, type LayerWeight, OUTPUT } from '../model/weight-shapes.js';
import { type LayerReader, layerReader, type Weights, weight } from '../model/weights.js';
import { modelPart, partOfMatrix } from './model-part.js';

/**
 * The weights as the decoding step uses them, recomputed after each update.
 *
 * Per layer, `[inputs, outputs]`: `attention`, the matrices of queries, keys, queries rotated by a right angle, keys
 * likewise, and values side by side, so that one product gives all that a rotation needs; `attentionOutput`;
 * `gateUp`; `down`. Norm weights are multiplied into the rows of the matrix that follows, `1 / sqrt(headSize)` into the
 * queries, adapters are added to their matrices. Where a model has biases, `attentionBias`, `attentionOutputBias`,
 * `gateUpBias` and `downBias` hold them likewise; where it normalises queries and keys, `headNorm` and `turnedHeadNorm`
 * hold what the normalised heads, plain and rotated by a right angle, are multiplied by, `[heads + keyValueHeads,
 * headSize]`. The result is a flat record: `embedding`, `output`, and `<name>.<layer>.<part>`: see `modelPart`.
 */
export function foldWeights(tf: TensorFlow, config: ModelConfig, parts: number): CompiledFunction<[Weights], Weights> {
  return compile(
    tf,
    (weights: Weights): Weights => {
      const folded: Record<string, Tensor> = {
        embedding: tf.clone(weight(weights, EMBEDDING)),
        output: foldNorm(tf, weight(weights, config.tiedEmbeddings ? EMBEDDING : OUTPUT), weight(weights, FINAL_NORM)),
      };
      for (let layer = 0; layer < config.layers; layer++) {
        for (let part = 0; part < parts; part++) {
          const made = foldLayer(tf, config, layerReader(weights, layer), { part, parts });
          for (const [name, tensor] of Object.entries(made)) folded[`${name}.${layer}.${part}`] = tensor;
        }
      }
      return folded;
    },
    { name: 'fold weights' },
  );
}

function foldLayer(
  tf: TensorFlow,
  whole: ModelConfig,
  of: LayerReader,
  at: { readonly part: number; readonly parts: number },
): Record<string, Tensor> {
  const config = modelPart(whole, at.parts);
  const matrix = (name: LayerWeight): Tensor => partOfMatrix(tf, name, mergedMatrix(tf, whole, of, name), at);
  const norm = (name: LayerWeight): Tensor => of(name) as Tensor;
  return {
    attention: foldNorm(tf, attentionRows(tf, config, matrix), norm('attentionNorm')),
    attentionOutput: tf.transpose(matrix('attentionOutput')),
    gateUp: foldNorm(tf, tf.concat([matrix('gate'), matrix('up')], 0), norm('mlpNorm')),
    down: tf.transpose(matrix('down')),
    ...foldBiases(tf, config, of, at),
    ...(config.queryKeyNorm ? foldHeadNorms(tf, config, of) : {}),
  };
}

/** Queries, keys, both turned, and values, one below the other; `of` gives `[outputs, ...]`. */
function attentionRows(tf: TensorFlow, config: ModelConfig, of: (name: LayerWeight) => Tensor): Tensor {
  // With norms on the heads the scale comes after them.
  const queries = config.queryKeyNorm ? of('query') : tf.mul(of('query'), config.headSize ** -0.5);
  const keys = of('key');
  return tf.concat([queries, keys, turn(tf, config, queries), turn(tf, config, keys), of('value')], 0);
}

function foldBiases(
  tf: TensorFlow,
  config: ModelConfig,
  of: LayerReader,
  at: { readonly part: number; readonly parts: number },
): Record<string, Tensor> {
  // As columns, so that they are turned like the matrices.
  const column = (name: LayerWeight): Tensor =>
    partOfMatrix(tf, name, tf.reshape(of(name, 'bias') as Tensor, [-1, 1]), at);
  const flat = (tensor: Tensor): Tensor => tf.reshape(tensor, [-1]);
  // What a layer adds to the hidden states is added once, not by every part.
  const written = (name: LayerWeight): Record<string, Tensor> =>
    at.part === 0 ? { [`${name}Bias`]: tf.clone(of(name, 'bias') as Tensor) } : {};
  return {
    ...(config.attentionBias === undefined ? {} : { attentionBias: flat(attentionRows(tf, config, column)) }),
    ...(config.attentionBias === 'all' ? written('attentionOutput') : {}),
    ...(config.mlpBias ? { gateUpBias: flat(tf.concat([column('gate'), column('up')], 0)), ...written('down') } : {}),
  };
}

function foldHeadNorms(tf: TensorFlow, config: ModelConfig, of: LayerReader): Record<string, Tensor> {
  const { heads, keyValueHeads, headSize } = config;
  const repeated = (norm: Tensor, times: number): Tensor => tf.tile(tf.reshape(norm, [1, headSize]), [times, 1]);
  const queries = repeated(tf.mul(of('queryNorm') as Tensor, headSize ** -0.5), heads);
  const headNorm = tf.concat([queries, repeated(of('keyNorm') as Tensor, keyValueHeads)], 0);
  const [first, second] = tf.split(headNorm, 2, 1) as [Tensor, Tensor];
  return { headNorm, turnedHeadNorm: tf.concat([second, first], 1) };
}

/** `[outputs, inputs]` after a norm: its weights go into the columns, and the matrix is turned to `[inputs, outputs]`. */
function foldNorm(tf: TensorFlow, matrix: Tensor, norm: Tensor): Tensor {
  return tf.transpose(tf.mul(matrix, norm));
}

/** The rows of a matrix that give `(-second half | first half)` of each head instead of `(first | second)`. */
function turn(tf: TensorFlow, { headSize }: ModelConfig, matrix: Tensor): Tensor {
  const [rows, columns] = matrix.shape as [number, number];
  const heads = tf.reshape(matrix, [rows / headSize, 2, headSize / 2, columns]);
  const [first, second] = tf.split(heads, 2, 1) as [Tensor, Tensor];
  return tf.reshape(tf.concat([tf.neg(second), first], 1), [rows, columns]);
}
