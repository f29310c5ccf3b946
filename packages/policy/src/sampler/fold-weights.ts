import { type CompiledFunction, compile, type Tensor, type TensorFlow } from '@turnwise/accelerator';
import type { ModelConfig } from '../model/model-config.js';
import { EMBEDDING, FINAL_NORM, type LayerWeight, layerWeightName, OUTPUT } from '../model/weight-shapes.js';
import { type Weights, weight } from '../model/weights.js';

/**
 * The weights as the decoding step uses them, recomputed after each update.
 *
 * Per layer, `[inputs, outputs]`: `attention`, the matrices of queries, keys, queries rotated by a right angle, keys
 * likewise, and values side by side, so that one product gives all that a rotation needs; `attentionOutput`;
 * `gateUp`; `down`. Norm weights are multiplied into the rows of the matrix that follows, `1 / sqrt(headSize)` into the
 * queries. The result is a flat record: `embedding`, `output`, and `<name>.<layer>`.
 */
export function foldWeights(tf: TensorFlow, config: ModelConfig): CompiledFunction<[Weights], Weights> {
  return compile(
    tf,
    (weights: Weights): Weights => {
      const folded: Record<string, Tensor> = {
        embedding: tf.clone(weight(weights, EMBEDDING)),
        output: foldNorm(tf, weight(weights, config.tiedEmbeddings ? EMBEDDING : OUTPUT), weight(weights, FINAL_NORM)),
      };
      for (let layer = 0; layer < config.layers; layer++) {
        const of = (name: LayerWeight): Tensor => weight(weights, layerWeightName(layer, name));
        const queries = tf.mul(of('query'), config.headSize ** -0.5);
        const keys = of('key');
        const parts = [queries, keys, turn(tf, config, queries), turn(tf, config, keys), of('value')];
        folded[`attention.${layer}`] = foldNorm(tf, tf.concat(parts, 0), of('attentionNorm'));
        folded[`attentionOutput.${layer}`] = tf.transpose(of('attentionOutput'));
        folded[`gateUp.${layer}`] = foldNorm(tf, tf.concat([of('gate'), of('up')], 0), of('mlpNorm'));
        folded[`down.${layer}`] = tf.transpose(of('down'));
      }
      return folded;
    },
    { name: 'fold weights' },
  );
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
