import type { Tensor, TensorFlow } from '@turnwise/accelerator';
import type { LossOps, TokenSet } from '@turnwise/gtpo';

/** Where the tokens of a micro-batch belong, `[rows, tokens]` each; one row is one sequence. */
export interface TokenPlaces {
  readonly actionMask: Tensor;
  /** Only for losses that reduce over turns. */
  readonly turnIndices?: Tensor;
}

/**
 * The tensor interpreter of a `PolicyLoss`: the same loss as the oracle's, inside the compiled training step.
 *
 * @param places for losses that reduce over sequences or turns.
 * @throws RangeError, when a loss reduces over what was not given.
 */
export function tensorLossOps(tf: TensorFlow, places?: TokenPlaces): LossOps<Tensor> {
  const sumOver = (set: TokenSet, a: Tensor): Tensor => {
    const { actionMask, turnIndices } = requirePlaces(places, set);
    const masked = tf.mul(a, actionMask);
    if (set === 'sequence') return tf.sum(masked, 1, true);
    const turns = turnIndices as Tensor;
    // 1 where two tokens of a row are of the same turn: a matrix per row, as attention has.
    const same = tf.cast(tf.equal(tf.expandDims(turns, 2), tf.expandDims(turns, 1)), 'float32');
    return tf.squeeze(tf.matMul(same, tf.expandDims(masked, 2)), [2]);
  };
  return {
    sumOver,
    // A row of padding has no action token: 0 / 1.
    meanOver: (set, a) => tf.div(sumOver(set, a), tf.maximum(sumOver(set, tf.scalar(1)), 1)),
    div: (a, b) => tf.div(a, b),
    constant: (value) => tf.scalar(value),
    add: (a, b) => tf.add(a, b),
    sub: (a, b) => tf.sub(a, b),
    mul: (a, b) => tf.mul(a, b),
    neg: (a) => tf.neg(a),
    exp: (a) => tf.exp(a),
    minimum: (a, b) => tf.minimum(a, b),
    maximum: (a, b) => tf.maximum(a, b),
    // TensorFlow.js knows no derivative of a comparison, not even 0.
    less: (a, b) =>
      tf.customGrad((x, y) => ({
        value: tf.cast(tf.less(x as Tensor, y as Tensor), 'float32'),
        gradFunc: () => [tf.zerosLike(x as Tensor), tf.zerosLike(y as Tensor)],
      }))(a, b),
    where: (condition, ifTrue, ifFalse) =>
      // A product instead of tf.where, which copies its scalars to full shape first. Both branches must be finite.
      tf.add(tf.mul(condition, ifTrue), tf.mul(tf.sub(1, condition), ifFalse)),
    stopGradient: (a) =>
      tf.customGrad((x) => ({ value: tf.clone(x as Tensor), gradFunc: (dy: Tensor) => tf.zerosLike(dy) }))(a),
  };
}

function requirePlaces(places: TokenPlaces | undefined, set: TokenSet): TokenPlaces {
  if (places === undefined || (set === 'turn' && places.turnIndices === undefined)) {
    throw new RangeError(`places: must say where the ${set}s are, since the loss joins their tokens, got none`);
  }
  return places;
}
