import type { Tensor, TensorFlow } from '@turnwise/accelerator';

/**
 * `y = gate * sigmoid(gate) * up` (Shazeer, "GLU variants improve transformer", 2020, equation 6), with its gradient in
 * closed form: with `s = sigmoid(gate)` and `a = gate * s`, `dgate = dy * up * (s + a - a * s)`, `dup = dy * a`.
 */
export function swiglu(tf: TensorFlow, gate: Tensor, up: Tensor): Tensor {
  return tf.customGrad((g, u, save) => {
    const s = tf.sigmoid(g as Tensor);
    const a = tf.mul(g as Tensor, s);
    (save as unknown as (tensors: Tensor[]) => void)([s, a, u as Tensor]);
    return {
      value: tf.mul(a, u as Tensor),
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const [s, a, u] = saved as [Tensor, Tensor, Tensor];
        return [tf.mul(tf.mul(dy, u), tf.add(s, tf.sub(a, tf.mul(a, s)))), tf.mul(dy, a)];
      },
    };
  })(gate, up);
}
