/** Names the random numbers of one trajectory: they depend on nothing else, least of all on a row or a shard. */
export interface SampleKey {
  readonly seed: number;
  readonly update: number;
  readonly task: number;
  readonly sample: number;
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
}

/** A sampled action. */
export interface SampledAction {
  readonly tokenIds: readonly number[];
  readonly behaviourLogprobs: readonly number[];
  readonly end: 'stop-token' | 'max-tokens' | 'context-full';
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
