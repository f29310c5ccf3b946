import type { Tensor, TensorFlow } from '@turnwise/accelerator';
import { oneHot } from '../model/one-hot.js';
import { type Narrowing, narrowLogits } from './narrowing.js';

/** Up to here a running sum is as good as any. */
const LARGE_VOCABULARY = 2048;

/** What each row of a choice is told; `[rows]` unless said otherwise. */
export type ChoiceInputs = {
  /** In [0, 1), multiples of 2^-23. */
  readonly uniforms: Tensor;
  /** `[rows, 1]`; the policy's distribution is `softmax(logits * inverseTemperature)`. */
  readonly inverseTemperatures: Tensor;
  /** int32: 1 where the likeliest token is chosen. */
  readonly greedy: Tensor;
  /** Left out, all rows draw from the whole distribution. */
  readonly narrowing?: Narrowing;
};

/** `[rows]` each. */
export type Choice = {
  /** int32 */
  readonly tokens: Tensor;
  /** Log-probability of the token under the policy's distribution. */
  readonly logprobs: Tensor;
  /** Under the narrowed one; set where there is a narrowing. */
  readonly drawnLogprobs?: Tensor;
};

/**
 * Chooses one token per row by the inverse of the cumulative distribution: the first token whose cumulative
 * probability exceeds the row's uniform number; or the likeliest one where `greedy`.
 *
 * A row whose narrowing keeps every token chooses, to the bit, what it chooses without one.
 *
 * @param logits `[rows, vocabulary]`
 */
export function chooseTokens(tf: TensorFlow, logits: Tensor, inputs: ChoiceInputs): Choice {
  const { uniforms, inverseTemperatures, greedy, narrowing } = inputs;
  const [rows, vocabulary] = logits.shape as [number, number];
  const scaled = tf.mul(logits, inverseTemperatures);
  const whole = distributionOf(tf, scaled);
  const drawn = narrowing === undefined ? whole : distributionOf(tf, narrowLogits(tf, scaled, narrowing));
  const threshold = tf.mul(tf.reshape(uniforms, [rows, 1]), drawn.total);
  const sampled = tf.sum(tf.cast(tf.lessEqual(drawn.cumulative, threshold), 'int32'), 1);
  const likeliest = tf.argMax(drawn.centred, 1) as Tensor;
  const difference = tf.sub(tf.cast(likeliest, 'int32'), tf.cast(sampled, 'int32'));
  const tokens = tf.cast(tf.add(sampled, tf.mul(greedy, difference)), 'int32');
  const chosen = oneHot(tf, tokens, vocabulary);
  const logprobs = ({ centred, exponentials, total }: Distribution): Tensor => {
    // A running sum over many tokens is too inexact for a log-probability, though not for a draw.
    const exact = vocabulary > LARGE_VOCABULARY ? tf.sum(exponentials, 1, true) : total;
    return tf.sub(tf.sum(tf.mul(chosen, centred), 1), tf.reshape(tf.log(exact), [rows]));
  };
  return {
    tokens,
    logprobs: logprobs(whole),
    ...(narrowing === undefined ? {} : { drawnLogprobs: logprobs(drawn) }),
  };
}

interface Distribution {
  /** Logits less their maximum, `[rows, vocabulary]`. */
  readonly centred: Tensor;
  readonly exponentials: Tensor;
  /** Sums of `exp(centred)` up to and with each token. */
  readonly cumulative: Tensor;
  /** `[rows, 1]` */
  readonly total: Tensor;
}

function distributionOf(tf: TensorFlow, logits: Tensor): Distribution {
  const [rows, vocabulary] = logits.shape as [number, number];
  const centred = tf.sub(logits, tf.max(logits, 1, true));
  const exponentials = tf.exp(centred);
  const cumulative = tf.cumsum(exponentials, 1);
  return { centred, exponentials, cumulative, total: tf.slice(cumulative, [0, vocabulary - 1], [rows, 1]) };
}
