import type { Tensor, TensorFlow } from '@turnwise/accelerator';

/**
 * `y = x / sqrt(mean(x^2) + epsilon) * w` over the last dimension (Zhang and Sennrich, "Root mean square layer
 * normalization", 2019, equation 4), with its gradient in closed form: with `n = x / rms` and `g = dy * w`,
 * `dx = (g - n * mean(g * n)) / rms`, `dw = sum(dy * n)`.
 *
 * @param x `[rows, features]`
 * @param w `[features]`
 * @param trained whether `w` needs a gradient. Default yes.
 */
export function rmsNorm(
  tf: TensorFlow,
  x: Tensor,
  w: Tensor,
  epsilon: number,
  { trained = true }: { readonly trained?: boolean } = {},
): Tensor {
  return tf.customGrad((...given) => {
    const save = given.pop() as unknown as (tensors: Tensor[]) => void;
    const [input, scale = w] = given as [Tensor, Tensor?];
    const inverse = inverseRms(tf, input, epsilon);
    const normalised = tf.mul(input, inverse);
    save([normalised, inverse, scale]);
    return {
      value: tf.mul(normalised, scale),
      gradFunc: ((dy: Tensor, saved: Tensor[]) => {
        const [n, r, s] = saved as [Tensor, Tensor, Tensor];
        const g = tf.mul(dy, s);
        const dx = tf.mul(r, tf.sub(g, tf.mul(n, tf.mean(tf.mul(g, n), -1, true))));
        return trained ? [dx, tf.sum(tf.mul(dy, n), 0)] : [dx];
      }) as never,
    };
  })(...(trained ? [x, w] : [x]));
}

/** `1 / sqrt(mean(x^2) + epsilon)` over the last dimension, which stays with size 1. */
export function inverseRms(tf: TensorFlow, x: Tensor, epsilon: number): Tensor {
  return tf.rsqrt(tf.add(tf.mean(tf.square(x), -1, true), epsilon));
}
