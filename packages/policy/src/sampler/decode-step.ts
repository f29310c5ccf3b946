import type { LoopBody, Tensor, Tensor1D, TensorFlow } from '@turnwise/accelerator';
import type { ModelConfig } from '../model/model-config.js';
import { type CachedShape, cachedForward, type DecodeShared, type KeyValueCache } from './cached-forward.js';
import { cachedLogits } from './cached-layer.js';
import { chooseInBlocks } from './choose-in-blocks.js';
import type { Choice } from './choose-tokens.js';
import type { Narrowing } from './narrowing.js';

/** What a shard carries from step to step. */
export type DecodeState = {
  readonly cache: KeyValueCache;
  /** `[rows]`, int32: the token that each row chose in the step before. */
  readonly previous: Tensor;
};

/** What stays the same over the steps of a run. */
export type DecodeInputs = {
  /** `[rows]`, int32: position of the token fed in step 0. */
  readonly positions: Tensor;
  /** `[steps, rows]`, int32: the token to feed, or -1 for the one chosen in the step before. */
  readonly forced: Tensor;
  /** `[steps, rows]`, in [0, 1). */
  readonly uniforms: Tensor;
  /** `[rows, 1]` */
  readonly inverseTemperatures: Tensor;
  /** `[rows]`, int32: 1 where the likeliest token is chosen. */
  readonly greedy: Tensor;
  readonly narrowing?: Narrowing;
};

/**
 * One step of decoding: each row is fed one token at its own position and chooses the next.
 *
 * Rows that have nothing left to do go on at the last place of the cache, harmlessly.
 */
export function decodeStep(
  tf: TensorFlow,
  config: ModelConfig,
  shape: Omit<CachedShape, 'tokens'>,
): LoopBody<DecodeShared, DecodeState, DecodeInputs, Choice> {
  const { rows, capacity } = shape;
  return (step, { cache, previous }, inputs, shared) => {
    const forced = tf.gather(inputs.forced, step as Tensor1D);
    const fed = tf.where(tf.greaterEqual(forced, tf.zeros([rows], 'int32')), forced, previous);
    const positions = tf.minimum(tf.add(inputs.positions, step), tf.scalar(capacity - 1, 'int32'));
    const made = cachedForward(tf, config, { ...shape, tokens: 1 }, shared, cache, fed, positions);
    const logitsOf = (hidden: Tensor): Tensor => cachedLogits(tf, config, shared, hidden);
    const { inverseTemperatures, greedy, narrowing } = inputs;
    const output = chooseInBlocks(tf, made.hidden, config.vocabularySize, logitsOf, {
      uniforms: tf.gather(inputs.uniforms, step as Tensor1D),
      inverseTemperatures,
      greedy,
      ...(narrowing === undefined ? {} : { narrowing }),
    });
    return { state: { cache: made.cache, previous: output.tokens }, output };
  };
}
