import type { Tensor, TensorFlow } from '@turnwise/accelerator';
import { linear } from './linear.js';
import { loraScale } from './lora.js';
import type { ModelConfig } from './model-config.js';
import type { LayerWeight } from './weight-shapes.js';
import type { LayerReader } from './weights.js';

/** Up to so many elements matrices are joined for one product, which costs a copy of them. */
const JOINED_ELEMENTS = 2 ** 22;

/** `a b`, with either matrix transposed first. */
export type Product = (a: Tensor, b: Tensor, transposeA?: boolean, transposeB?: boolean) => Tensor;

/**
 * `x W^T + b + s (x A^T) B^T` for modules that read the same `x`, side by side: `[positions, sum of outputs]`. Bias and
 * adapter are left out where a module has none.
 *
 * @param x `[positions, inputs]`
 * @param product what multiplies where no gradient is taken; left out, it is `linear`
 */
export function project(
  tf: TensorFlow,
  config: ModelConfig,
  of: LayerReader,
  modules: readonly LayerWeight[],
  x: Tensor,
  product?: Product,
): Tensor {
  const matrices = modules.map((name) => of(name) as Tensor);
  const size = matrices.reduce((sum, matrix) => sum + matrix.size, 0);
  const adapted = modules.some((name) => of(name, 'lora_A.weight') !== undefined);
  if (modules.length > 1 && (adapted || size > JOINED_ELEMENTS)) {
    return tf.concat(
      modules.map((name) => project(tf, config, of, [name], x, product)),
      1,
    );
  }
  const matrix = matrices.length === 1 ? (matrices[0] as Tensor) : tf.concat(matrices, 0);
  const bias = joinedBias(tf, of, modules);
  const trained = config.lora === undefined;
  const plain = product?.(x, matrix, false, true) ?? linear(tf, x, matrix, trained);
  const biased = bias === null ? plain : tf.add(plain, bias);
  return adapted ? tf.add(biased, adapter(tf, config, of, modules[0] as LayerWeight, x, product)) : biased;
}

/** The biases side by side, zeros for a module that has none; `null` when no module has one. */
function joinedBias(tf: TensorFlow, of: LayerReader, modules: readonly LayerWeight[]): Tensor | null {
  if (modules.every((name) => of(name, 'bias') === undefined)) return null;
  const parts = modules.map((name) => of(name, 'bias') ?? tf.zeros([(of(name) as Tensor).shape[0] as number]));
  return parts.length === 1 ? (parts[0] as Tensor) : tf.concat(parts, 0);
}

function adapter(
  tf: TensorFlow,
  { lora }: ModelConfig,
  of: LayerReader,
  name: LayerWeight,
  x: Tensor,
  product: Product | undefined,
): Tensor {
  const [a, b] = [of(name, 'lora_A.weight') as Tensor, of(name, 'lora_B.weight') as Tensor];
  const scale = lora === undefined ? 1 : loraScale(lora);
  const times = (y: Tensor, matrix: Tensor): Tensor => product?.(y, matrix, false, true) ?? linear(tf, y, matrix, true);
  return times(tf.mul(times(x, a), scale), b);
}

/**
 * The matrix of a module with its adapter added, `W + s B A`; the matrix itself where there is none.
 */
export function mergedMatrix(tf: TensorFlow, { lora }: ModelConfig, of: LayerReader, name: LayerWeight): Tensor {
  const matrix = of(name) as Tensor;
  const [a, b] = [of(name, 'lora_A.weight'), of(name, 'lora_B.weight')];
  if (lora === undefined || a === undefined || b === undefined) return matrix;
  return tf.add(matrix, tf.mul(tf.matMul(b, a), loraScale(lora)));
}
