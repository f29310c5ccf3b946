/** The tokens that a reduction goes over: the action tokens of the same sequence, or of the same turn of it. */
export type TokenSet = 'sequence' | 'turn';

/**
 * The small set of operations a loss is written in. A value `V` holds one number per action token.
 *
 * Two interpreters exist: Float64Array with reverse-mode derivatives (here, the oracle) and tensors (in
 * `@turnwise/policy`, inside the compiled training step). At a tie, `minimum` and `maximum` pass the derivative to
 * their first argument.
 */
export interface LossOps<V> {
  /** The same number for every token. */
  constant(value: number): V;
  /** `a + b` */
  add(a: V, b: V): V;
  /** `a - b` */
  sub(a: V, b: V): V;
  /** `a * b` */
  mul(a: V, b: V): V;
  /** `a / b`. The divisor must not be 0, off the action mask either. */
  div(a: V, b: V): V;
  /** `-a` */
  neg(a: V): V;
  /** e to the power of `a` */
  exp(a: V): V;
  /** The smaller of the two. */
  minimum(a: V, b: V): V;
  /** The greater of the two. */
  maximum(a: V, b: V): V;
  /** 1 where `a < b`, else 0; its derivative is 0. */
  less(a: V, b: V): V;
  /** `condition` is 0 or 1. */
  where(condition: V, ifTrue: V, ifFalse: V): V;
  /** `a`, held fixed: its derivative is 0. */
  stopGradient(a: V): V;
  /** Gives every token the sum of `a` over the action tokens of its set. The only operations that join tokens. */
  sumOver(set: TokenSet, a: V): V;
  /** The same, divided by how many action tokens the set has. */
  meanOver(set: TokenSet, a: V): V;
}

/** What a loss reads, one number per action token each. */
export interface LossInputs<V> {
  /** Of the policy now, at the run's temperature. The only differentiable input. */
  readonly policyLogprobs: V;
  readonly behaviourLogprobs: V;
  readonly advantages: V;
  /** Of the engine that sampled, where its numbers differ from the policy's own; for losses that say they need it. */
  readonly rolloutLogprobs?: V;
}

/** What a loss gives, one number per action token each. */
export interface LossTerms<V> {
  /** To be minimised: per token, before aggregation. */
  readonly loss: V;
  /** Per token; reported as the mean over action tokens. */
  readonly metrics: Readonly<Record<string, V>>;
}

/** How the losses of tokens become one number. The denominators are global to the optimizer step. */
export type Aggregation =
  | { readonly kind: 'token-mean' }
  | { readonly kind: 'sequence-mean-token-mean' }
  | { readonly kind: 'sequence-mean-token-sum' }
  | { readonly kind: 'sequence-mean-token-sum-norm'; readonly constant: number }
  | { readonly kind: 'token-sum-norm'; readonly constant: number }
  | { readonly kind: 'group-mean' }
  | { readonly kind: 'turn-mean' };

/**
 * A policy loss, written once. The loss of a batch is the sum over action tokens of `w_t * loss_t`, where the
 * aggregation alone sets the weights `w_t`, in float64 and for the whole optimizer step: splitting a step into
 * micro-batches or shards adds sums and changes nothing.
 */
export interface PolicyLoss {
  readonly name: string;
  readonly aggregation: Aggregation;
  /** What it reads beside policy and behaviour log-probabilities and advantages: `turns` for reductions over turns. */
  readonly needs?: readonly ('turns' | 'rolloutLogprobs')[];
  /** The loss of every token, in these operations. */
  terms<V>(ops: LossOps<V>, inputs: LossInputs<V>): LossTerms<V>;
}
