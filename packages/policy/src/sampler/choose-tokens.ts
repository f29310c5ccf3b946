import type { Tensor, TensorFlow } from '@turnwise/accelerator';
import { oneHot } from '../model/one-hot.js';

/**
 * Chooses one token per row by the inverse of its cumulative distribution: the first token whose cumulative
 * probability exceeds the row's uniform number; or the likeliest one where `greedy`.
 *
 * @param logits `[rows, vocabulary]`
 * @param uniforms `[rows]`, in [0, 1), multiples of 2^-23
 * @param inverseTemperatures `[rows, 1]`; the distribution is `softmax(logits * inverseTemperature)`
 * @param greedy `[rows]`, int32, 0 or 1
 * @returns tokens `[rows]`, int32, and their log-probabilities under that distribution, `[rows]`
 */
export function chooseTokens(
  tf: TensorFlow,
  logits: Tensor,
  uniforms: Tensor,
  inverseTemperatures: Tensor,
  greedy: Tensor,
): { readonly tokens: Tensor; readonly logprobs: Tensor } {
  const [rows, vocabulary] = logits.shape as [number, number];
  const scaled = tf.mul(logits, inverseTemperatures);
  const centred = tf.sub(scaled, tf.max(scaled, 1, true));
  const cumulative = tf.cumsum(tf.exp(centred), 1);
  const total = tf.slice(cumulative, [0, vocabulary - 1], [rows, 1]);
  const threshold = tf.mul(tf.reshape(uniforms, [rows, 1]), total);
  const drawn = tf.sum(tf.cast(tf.lessEqual(cumulative, threshold), 'int32'), 1);
  const likeliest = tf.argMax(logits, 1) as Tensor;
  const tokens = tf.add(drawn, tf.mul(greedy, tf.sub(tf.cast(likeliest, 'int32'), tf.cast(drawn, 'int32'))));
  const int = tf.cast(tokens, 'int32');
  const chosen = tf.sum(tf.mul(oneHot(tf, int, vocabulary), centred), 1);
  return { tokens: int, logprobs: tf.sub(chosen, tf.reshape(tf.log(total), [rows])) };
}
