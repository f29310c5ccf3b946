import type { Tensor, Tensor1D, TensorFlow } from '@turnwise/accelerator';
import { chunkedStatistics } from './chunked-statistics.js';
import { type ForwardOptions, forward, outputMatrix } from './forward.js';
import type { ModelConfig } from './model-config.js';
import { oneHot } from './one-hot.js';
import { placeValues, selectionOf, type WantedTokens } from './selection.js';
import type { Weights } from './weights.js';

export interface TokenLogprobs {
  /** `[rows, tokens]`, at each token its log-probability given what came before it; 0 at the first. */
  readonly logprobs: Tensor;
  /** `[rows, tokens]`, at each token the entropy, in nats, of the distribution it was drawn from. */
  readonly entropies: Tensor;
}

export interface TokenLogprobsOptions extends Omit<ForwardOptions, 'selected'> {
  /** Whether the entropies have a gradient, which costs one more pass over the logits. Default no. */
  readonly entropyGradient?: boolean;
  /** The only tokens that get values; the others get 0. Default all. */
  readonly wanted?: WantedTokens | undefined;
  /** Logits of more elements than this are computed in pieces of it. Default 4 million. */
  readonly chunkElements?: number;
}

/** Logits of so many elements, 16 MB, are computed at once. */
const CHUNK_ELEMENTS = 2 ** 22;

/**
 * The log-probability of every token of every row. The one place where logits, which speak of the next token, are
 * shifted by one to stand at the token they speak of.
 *
 * @param tokenIds `[rows, tokens]`, int32
 * @param inverseTemperature scalar; logits are multiplied by it
 */
export function tokenLogprobs(
  tf: TensorFlow,
  config: ModelConfig,
  weights: Weights,
  tokenIds: Tensor,
  inverseTemperature: Tensor,
  { entropyGradient = false, wanted, chunkElements = CHUNK_ELEMENTS, ...options }: TokenLogprobsOptions = {},
): TokenLogprobs {
  const [rows, tokens] = tokenIds.shape as [number, number];
  const selection = wanted === undefined ? null : selectionOf(tf, wanted);
  const selected = wanted && selection ? { positions: wanted.positions, selection } : undefined;
  const hidden = forward(tf, config, weights, tokenIds, { ...options, selected });
  const output = outputMatrix(config, weights);
  // Of each token the next one; of the last token of all, the first, whose value nothing takes.
  const flat = tf.reshape(tokenIds, [-1]) as Tensor1D;
  const following = tf.concat([tf.slice(flat, 1), tf.slice(flat, 0, 1)], 0);
  const targets = selection === null ? following : tf.gather(following, selection.from);
  const chunked = { chunkElements, entropyGradient, outputTrained: config.lora === undefined };
  const next =
    (hidden.shape[0] as number) * config.vocabularySize > chunkElements
      ? chunkedStatistics(tf, hidden, output, targets, inverseTemperature, chunked)
      : nextTokenStatistics(
          tf,
          tf.mul(tf.matMul(hidden, output, false, true), inverseTemperature),
          targets,
          entropyGradient,
        );
  const [logprobs, entropies] = tf.unstack(next) as [Tensor, Tensor];
  const place = (values: Tensor): Tensor =>
    selection === null
      ? shifted(tf, tf.reshape(values, [rows, tokens]))
      : tf.reshape(placeValues(tf, values, selection), [rows, tokens]);
  return { logprobs: place(logprobs), entropies: place(entropies) };
}

/** `[rows, tokens]`: values one place later in their row; 0 at the first. */
function shifted(tf: TensorFlow, values: Tensor): Tensor {
  const [rows, tokens] = values.shape as [number, number];
  return tf.concat([tf.zeros([rows, 1]), tf.slice(values, [0, 0], [rows, tokens - 1])], 1);
}

/**
 * `[2, positions]`: the log-probability of the target, and the entropy, with gradients in closed form: with
 * `p = softmax(logits)` and `H` the entropy, `dlogits = dlogprob * (onehot(target) - p) - dH * p * (log p + H)`; the
 * second part only when it is asked for.
 *
 * @param logits `[positions, vocabulary]`
 * @param targets `[positions]`, int32
 */
function nextTokenStatistics(tf: TensorFlow, logits: Tensor, targets: Tensor, entropyGradient: boolean): Tensor {
  return tf.customGrad((input, save) => {
    const chosen = oneHot(tf, targets, logits.shape[1] as number);
    const centred = tf.sub(input as Tensor, tf.max(input as Tensor, 1, true));
    const exponentials = tf.exp(centred);
    const total = tf.sum(exponentials, 1, true);
    const logTotal = tf.log(total);
    const probabilities = tf.div(exponentials, total);
    const logprobs = tf.sub(tf.sum(tf.mul(chosen, centred), 1), tf.squeeze(logTotal, [1]));
    const entropies = tf.sub(logTotal, tf.sum(tf.mul(probabilities, centred), 1, true));
    // log p + H
    const surprises = entropyGradient ? [tf.add(tf.sub(centred, logTotal), entropies)] : [];
    (save as unknown as (tensors: Tensor[]) => void)([chosen, probabilities, ...surprises]);
    return {
      value: tf.stack([logprobs, tf.squeeze(entropies, [1])]),
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const [c, p, surprise] = saved as [Tensor, Tensor, Tensor?];
        const row = (index: number): Tensor => tf.reshape(tf.slice(dy, [index, 0], [1, -1]), [-1, 1]);
        const ofLogprobs = tf.mul(row(0), tf.sub(c, p));
        return surprise === undefined ? ofLogprobs : tf.sub(ofLogprobs, tf.mul(row(1), tf.mul(p, surprise)));
      },
    };
  })(logits);
}
