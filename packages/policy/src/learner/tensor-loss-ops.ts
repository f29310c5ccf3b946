import type { Tensor, TensorFlow } from '@turnwise/accelerator';
import type { LossOps } from '@turnwise/gtpo';

/** The tensor interpreter of a `PolicyLoss`: the same loss as the oracle's, inside the compiled training step. */
export function tensorLossOps(tf: TensorFlow): LossOps<Tensor> {
  return {
    constant: (value) => tf.scalar(value),
    add: (a, b) => tf.add(a, b),
    sub: (a, b) => tf.sub(a, b),
    mul: (a, b) => tf.mul(a, b),
    neg: (a) => tf.neg(a),
    exp: (a) => tf.exp(a),
    minimum: (a, b) => tf.minimum(a, b),
    maximum: (a, b) => tf.maximum(a, b),
    less: (a, b) => tf.cast(tf.less(a, b), 'float32'),
    where: (condition, ifTrue, ifFalse) =>
      // A product instead of tf.where, which copies its scalars to full shape first. Both branches must be finite.
      tf.add(tf.mul(condition, ifTrue), tf.mul(tf.sub(1, condition), ifFalse)),
    stopGradient: (a) =>
      tf.customGrad((x) => ({ value: tf.clone(x as Tensor), gradFunc: (dy: Tensor) => tf.zerosLike(dy) }))(a),
  };
}
