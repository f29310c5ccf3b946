import type { Tensor, TensorFlow } from '@turnwise/accelerator';
import type { ModelConfig } from './model-config.js';
import { ropeFrequencies } from './rope-frequencies.js';

/** Cosines and sines of the angles by position, `[positions, headSize]`; both halves of a row are equal. */
export interface RotaryTables {
  readonly cosines: Float32Array;
  readonly sines: Float32Array;
}

/**
 * The angle of position `t` and pair `i` is `t f_i`, with the frequencies of `ropeFrequencies`, computed in float64.
 * Cosines and sines are multiplied by its attention factor, so queries and keys both are by rotating them.
 */
export function rotaryTables(config: ModelConfig, positions: number): RotaryTables {
  const { headSize } = config;
  const { frequencies, attentionFactor } = ropeFrequencies(config);
  const half = headSize / 2;
  const cosines = new Float32Array(positions * headSize);
  const sines = new Float32Array(positions * headSize);
  for (let t = 0; t < positions; t++) {
    for (let i = 0; i < headSize; i++) {
      const angle = t * (frequencies[i % half] as number);
      cosines[t * headSize + i] = attentionFactor * Math.cos(angle);
      sines[t * headSize + i] = attentionFactor * Math.sin(angle);
    }
  }
  return { cosines, sines };
}

/**
 * Rotates each pair (element `i` of the first half with element `i` of the second) by its angle:
 * `y = x * cos + swap(x) * (-sin | sin)`, where `swap` exchanges the halves. The gradient is the rotation back.
 *
 * @param x `[..., positions, headSize]`
 * @param cosines `[positions, headSize]`
 * @param signedSines `[positions, headSize]`, the first half negated
 */
export function rotate(tf: TensorFlow, x: Tensor, cosines: Tensor, signedSines: Tensor): Tensor {
  return tf.customGrad((input, save) => {
    (save as unknown as (tensors: Tensor[]) => void)([cosines, signedSines]);
    return {
      value: tf.add(tf.mul(input as Tensor, cosines), tf.mul(swapHalves(tf, input as Tensor), signedSines)),
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const [c, s] = saved as [Tensor, Tensor];
        return tf.sub(tf.mul(dy, c), tf.mul(swapHalves(tf, dy), s));
      },
    };
  })(x);
}

/** `signedSines` of `rotate`: the sines with the first half of each row negated. */
export function signSines(sines: Float32Array, headSize: number): Float32Array {
  return sines.map((sine, i) => (i % headSize < headSize / 2 ? -sine : sine));
}

function swapHalves(tf: TensorFlow, x: Tensor): Tensor {
  const [first, second] = tf.split(x, 2, x.rank - 1) as [Tensor, Tensor];
  return tf.concat([second, first], x.rank - 1);
}
