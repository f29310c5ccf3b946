import type { LossOps } from './policy-loss.js';
import type { ReferenceRegularizer } from './regularizer.js';

/** An estimator of a divergence from the log-probabilities of sampled tokens alone. */
export type KlEstimator = 'k1' | 'k2' | 'k3';

/** Options of `klToReference`. */
export interface KlToReferenceOptions {
  /** Finite, at least 0. */
  readonly coefficient: number;
  /** What the loss and the metric amount to. Default `k3`. */
  readonly value?: KlEstimator;
  /** What the loss is differentiated as. Default: the value. */
  readonly gradient?: KlEstimator;
}

/** |log ratio| beyond this is cut in k3, so that its exponential never overflows. */
const MAX_LOG_RATIO = 20;

/**
 * Holds the policy near a reference: `loss = coefficient * k`, where `k` estimates KL(policy, reference) of the token's
 * distribution. With `x = policy log-prob - reference log-prob` (Schulman, "Approximating KL divergence", 2020):
 *
 * | | value | derivative by the policy's log-prob | mean of the value, mean of the gradient on the policy's own samples |
 * |---|---|---|---|
 * | `k1` | `x` | 1 | KL(policy, reference); 0: it holds nothing |
 * | `k2` | `x^2 / 2` | `x` | close to it; the gradient of KL(policy, reference) |
 * | `k3` | `exp(-x) - 1 + x` | `1 - exp(-x)` | KL(policy, reference), never negative; the gradient of KL(reference, policy) |
 *
 * A good value may have a poor gradient, so the two are named apart. `k3` for both is what GRPO trains with (arXiv
 * 2402.03300, Eq. 4); `{ value: 'k3', gradient: 'k2' }` reports the same and descends the KL that is reported.
 *
 * The batch must hold `referenceLogprobs`: `score` of a frozen policy. Metric `kl_reference`: mean of the value.
 *
 * @throws RangeError for an option out of range.
 * @example
 * const referenceLogprobs = await reference.score(batch);
 * await policy.update({ ...batch, referenceLogprobs }, loss, { regularizers: [klToReference({ coefficient: 0.01 })] });
 */
export function klToReference({
  coefficient,
  value = 'k3',
  gradient = value,
}: KlToReferenceOptions): ReferenceRegularizer {
  if (!(coefficient >= 0 && Number.isFinite(coefficient))) {
    throw new RangeError(`coefficient: must be finite and at least 0, got ${coefficient}`);
  }
  for (const [name, estimator] of Object.entries({ value, gradient })) {
    if (!['k1', 'k2', 'k3'].includes(estimator)) throw new RangeError(`${name}: k1, k2 or k3, got ${estimator}`);
  }
  return {
    name: 'kl-to-reference',
    needs: 'referenceLogprobs',
    terms: (ops, { policyLogprobs, referenceLogprobs }) => {
      const x = ops.sub(policyLogprobs, referenceLogprobs);
      const reported = estimate(ops, value, x);
      const descended = gradient === value ? reported : withValue(ops, estimate(ops, gradient, x), reported);
      return { loss: ops.mul(ops.constant(coefficient), descended), metrics: { kl_reference: reported } };
    },
  };
}

function estimate<V>(ops: LossOps<V>, estimator: KlEstimator, x: V): V {
  switch (estimator) {
    case 'k1':
      return x;
    case 'k2':
      return ops.mul(ops.constant(0.5), ops.mul(x, x));
    case 'k3': {
      const bounded = ops.minimum(ops.maximum(x, ops.constant(-MAX_LOG_RATIO)), ops.constant(MAX_LOG_RATIO));
      return ops.add(ops.sub(ops.exp(ops.neg(bounded)), ops.constant(1)), bounded);
    }
  }
}

/** `value`, differentiated as `gradient`. */
function withValue<V>(ops: LossOps<V>, gradient: V, value: V): V {
  return ops.add(gradient, ops.stopGradient(ops.sub(value, gradient)));
}
