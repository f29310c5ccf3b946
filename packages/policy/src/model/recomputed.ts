import type { Tensor, TensorFlow } from '@turnwise/accelerator';
import { after } from './after.js';

/** A function of tensors that may be differentiated, and of constants. */
export type Block = (inputs: readonly Tensor[], constants: readonly Tensor[]) => Tensor;

/**
 * `block(inputs, constants)`, of whose activations nothing is kept for the gradient: backward computes them again from
 * the inputs (Chen et al., "Training deep nets with sublinear memory cost", 2016). Costs one more forward pass.
 *
 * @param inputs the first one is the hidden state, `[positions, features]`; all get a gradient
 * @param constants what else the block reads; they get none
 */
export function recomputed(
  tf: TensorFlow,
  block: Block,
  inputs: readonly Tensor[],
  constants: readonly Tensor[],
): Tensor {
  return tf.customGrad((...given) => {
    const save = given.pop() as unknown as (tensors: readonly Tensor[]) => void;
    save([...inputs, ...constants]);
    return {
      value: block(given as Tensor[], constants),
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const [hidden, ...others] = saved.slice(0, inputs.length) as [Tensor, ...Tensor[]];
        // Not before `dy` is there: else backward would compute all layers again before it needs the first.
        const again = [after(tf, hidden, dy), ...others];
        return gradients(tf, (...xs) => block(xs, saved.slice(inputs.length)), again, dy);
      },
    };
  })(...inputs);
}

/** Gradients inside a gradient function: TensorFlow.js 4.22 would drop the outer tape, with all that it keeps. */
function gradients(tf: TensorFlow, f: (...xs: Tensor[]) => Tensor, xs: Tensor[], dy: Tensor): Tensor[] {
  const { state } = tf.engine();
  const outer = state.activeTape;
  try {
    return tf.grads(f as never)(xs, dy) as Tensor[];
  } finally {
    state.activeTape = outer;
  }
}
