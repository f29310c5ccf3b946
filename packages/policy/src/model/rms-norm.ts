import type { Tensor, TensorFlow } from '@turnwise/accelerator';

/**
 * `y = x / sqrt(mean(x^2) + epsilon) * w` over the last dimension (Zhang and Sennrich, "Root mean square layer
 * normalization", 2019, equation 4), with its gradient in closed form: with `n = x / rms` and `g = dy * w`,
 * `dx = (g - n * mean(g * n)) / rms`, `dw = sum(dy * n)`.
 *
 * @param x `[rows, features]`
 * @param w `[features]`
 */
export function rmsNorm(tf: TensorFlow, x: Tensor, w: Tensor, epsilon: number): Tensor {
  return tf.customGrad((input, scale, save) => {
    const inverse = inverseRms(tf, input as Tensor, epsilon);
    const normalised = tf.mul(input as Tensor, inverse);
    (save as unknown as (tensors: Tensor[]) => void)([normalised, inverse, scale as Tensor]);
    return {
      value: tf.mul(normalised, scale as Tensor),
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const [n, r, s] = saved as [Tensor, Tensor, Tensor];
        const g = tf.mul(dy, s);
        return [tf.mul(r, tf.sub(g, tf.mul(n, tf.mean(tf.mul(g, n), -1, true)))), tf.sum(tf.mul(dy, n), 0)];
      },
    };
  })(x, w);
}

/** `1 / sqrt(mean(x^2) + epsilon)` over the last dimension, which stays with size 1. */
export function inverseRms(tf: TensorFlow, x: Tensor, epsilon: number): Tensor {
  return tf.rsqrt(tf.add(tf.mean(tf.square(x), -1, true), epsilon));
}
