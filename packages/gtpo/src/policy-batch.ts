/**
 * Packed trajectories: one row per trajectory, row-major `[sequences, tokens]`, padded on the right.
 *
 * Every value stands at the position of the token it speaks of: `behaviourLogprobs[i, t]` is the log-probability of
 * `tokenIds[i, t]` given what came before it. The shift by one happens in the learner, in one place.
 */
export interface PolicyBatch {
  readonly sequences: number;
  /** Padded length. */
  readonly tokens: number;
  /** `[sequences, tokens]`; padding holds `0`. */
  readonly tokenIds: Int32Array;
  /** `[sequences]`, tokens of each row without padding. */
  readonly sequenceLengths: Int32Array;
  /** `[sequences, tokens]`, 1 on tokens that the policy sampled, 0 on prompt, observation and padding. */
  readonly actionMask: Uint8Array;
  /** `[sequences, tokens]`, 0 off the action mask. */
  readonly advantages: Float32Array;
  /** `[sequences, tokens]`, 0 off the action mask. */
  readonly behaviourLogprobs: Float32Array;
  /** `[sequences, tokens]`, by a frozen policy at the batch's temperature, 0 off the action mask; for `klToReference`. */
  readonly referenceLogprobs?: Float32Array;
  /** `[sequences, tokens]`, of the engine that sampled, 0 off the action mask; for `truncatedImportanceSampling`. */
  readonly rolloutLogprobs?: Float32Array;
  /** `[sequences, tokens]`, index of the turn in its trajectory, -1 off the action mask. */
  readonly turnIndices: Int32Array;
  /** `[sequences]`, index of the group. */
  readonly groupIndices: Int32Array;
  /** `[sequences]`, the temperature at which the row was sampled is the batch's: log-probs are taken at it. */
  readonly temperature: number;
}
