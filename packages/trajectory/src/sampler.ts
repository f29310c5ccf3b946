/** Names the random numbers of one trajectory: they depend on nothing else, least of all on a row or a shard. */
export interface SampleKey {
  readonly seed: number;
  readonly update: number;
  readonly task: number;
  readonly sample: number;
}

/**
 * Narrows the distribution that tokens are drawn from, after the temperature, in this order; `undefined` leaves a step
 * out. What remains is drawn from in proportion to its probability. Tokens as likely as the last one kept stay too.
 */
export interface Truncation {
  /** Keeps the so many likeliest tokens; an integer of at least 1. */
  readonly topK?: number;
  /** Keeps the fewest likeliest tokens whose share of what remains reaches this; in (0, 1]. */
  readonly topP?: number;
  /** Keeps tokens at least this many times as likely as the likeliest; in [0, 1]. */
  readonly minP?: number;
}

/** Asks for the next action of a sequence. */
export interface SampleRequest {
  /** What was written since the last action: the prompt at first, later the observation. Not empty. */
  readonly newTokenIds: readonly number[];
  /** Index of the turn, part of the key of its random numbers. */
  readonly turn: number;
  /** Most tokens to sample, at least 1. */
  readonly maxTokens: number;
  /** A sampled stop token ends the action and belongs to it. */
  readonly stopTokenIds: readonly number[];
  /** 0 is greedy. The log-probabilities are those at this temperature (at 1 when greedy). */
  readonly temperature: number;
  /** A text that ends the action as soon as it stands in it. Needs a sampler that can decode. */
  readonly stopStrings?: readonly string[];
  readonly truncation?: Truncation;
  /**
   * For constrained decoding: the token ids that may follow the action so far, at least one, or `null` for all. Called
   * once per token, which costs a run of the sampler each.
   */
  readonly allowed?: (tokenIds: readonly number[]) => readonly number[] | null;
}

/** A sampled action. */
export interface SampledAction {
  readonly tokenIds: readonly number[];
  /** Under the policy at the request's temperature, whatever was narrowed: what training needs. */
  readonly behaviourLogprobs: readonly number[];
  /** Under the distribution that the tokens were drawn from; set when `truncation` or `allowed` narrowed it. */
  readonly drawnLogprobs?: readonly number[];
  readonly end: 'stop-token' | 'stop-string' | 'max-tokens' | 'context-full';
  readonly policyVersion: number;
}

/** One sequence whose tokens stay in the sampler's cache, so that a new turn feeds only its new tokens. */
export interface SequenceSampler {
  sample(request: SampleRequest): Promise<SampledAction>;
  /** Frees the sequence's place and abandons an action in the making. Call it exactly once, also after an error. */
  close(): void;
}

/**
 * Samples actions. Many sequences may be open at once; the implementation batches them.
 *
 * A batching sampler advances only when every sequence that holds a place has asked for its next action or was
 * closed, so what is computed together depends on the tokens and never on how long a tool took.
 */
export interface Sampler {
  readonly contextLength: number;
  open(key: SampleKey): SequenceSampler;
}
