/**
 * The small set of operations a loss is written in. A value `V` holds one number per action token.
 *
 * Two interpreters exist: Float64Array with reverse-mode derivatives (here, the oracle) and tensors (in
 * `@turnwise/policy`, inside the compiled training step). At a tie, `minimum` and `maximum` pass the derivative to
 * their first argument.
 */
export interface LossOps<V> {
  constant(value: number): V;
  add(a: V, b: V): V;
  sub(a: V, b: V): V;
  mul(a: V, b: V): V;
  neg(a: V): V;
  exp(a: V): V;
  minimum(a: V, b: V): V;
  maximum(a: V, b: V): V;
  /** 1 where `a < b`, else 0; its derivative is 0. */
  less(a: V, b: V): V;
  /** `condition` is 0 or 1. */
  where(condition: V, ifTrue: V, ifFalse: V): V;
  stopGradient(a: V): V;
}

export interface LossInputs<V> {
  /** Of the policy now, at the run's temperature. The only differentiable input. */
  readonly policyLogprobs: V;
  readonly behaviourLogprobs: V;
  readonly advantages: V;
}

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
  | { readonly kind: 'sequence-mean-token-sum' };

/**
 * A policy loss, written once. The loss of a batch is the sum over action tokens of `w_t * loss_t`, where the
 * aggregation alone sets the weights `w_t`, in float64 and for the whole optimizer step: splitting a step into
 * micro-batches or shards adds sums and changes nothing.
 */
export interface PolicyLoss {
  readonly name: string;
  readonly aggregation: Aggregation;
  terms<V>(ops: LossOps<V>, inputs: LossInputs<V>): LossTerms<V>;
}
