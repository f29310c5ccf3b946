import type { Tensor, TensorFlow } from '@turnwise/accelerator';

/** What narrows the distribution of each row. The value that leaves a step out is named with it. */
export type Narrowing = {
  /** `[rows, 1]`; the vocabulary's size for all. */
  readonly topK: Tensor;
  /** `[rows, 1]`; 2 for all: rounding never brings a share up to it. */
  readonly topP: Tensor;
  /** `[rows, 1]`; 0 for all. */
  readonly minP: Tensor;
  /** `[rows, vocabulary]`: 1 where a token is allowed, else 0; at least one per row. */
  readonly allowed: Tensor;
};

const EXCLUDED = -1e9;

/**
 * Logits with all but the kept tokens far below them: of the allowed tokens the `topK` likeliest; of these, as many as
 * it takes to reach the share `topP` of them (Holtzman et al., "The curious case of neural text degeneration", 2020,
 * section 3.1); of these, those at least `minP` times as likely as the likeliest (Nguyen et al., "Turning up the heat:
 * min-p sampling", 2024, section 3). The order is that of `transformers`. Each step keeps the likeliest of what it is
 * given, so one threshold says it all; tokens equal to it stay.
 *
 * @param logits `[rows, vocabulary]`, temperature applied
 */
export function narrowLogits(tf: TensorFlow, logits: Tensor, { topK, topP, minP, allowed }: Narrowing): Tensor {
  const vocabulary = logits.shape[1] as number;
  const possible = tf.add(logits, tf.mul(tf.sub(1, allowed), EXCLUDED));
  const { values: sorted } = tf.topk(possible, vocabulary, true);
  const probabilities = tf.softmax(sorted);
  const ranks = tf.reshape(tf.range(0, vocabulary), [1, vocabulary]);
  const ofK = tf.mul(probabilities, tf.cast(tf.less(ranks, topK), 'float32'));
  const shareBefore = tf.sub(tf.cumsum(ofK, 1), ofK);
  const reached = tf.mul(topP, tf.sum(ofK, 1, true));
  const least = tf.mul(minP, tf.slice(probabilities, [0, 0], [-1, 1]));
  const kept = tf.logicalAnd(
    tf.logicalAnd(tf.less(ranks, topK), tf.less(shareBefore, reached)),
    tf.greaterEqual(probabilities, least),
  );
  const threshold = tf.min(tf.where(kept, sorted, tf.slice(sorted, [0, 0], [-1, 1])), 1, true);
  return tf.where(tf.greaterEqual(possible, threshold), possible, tf.fill(possible.shape, EXCLUDED));
}
