import type { Aggregation, PolicyLoss } from './policy-loss.js';

/**
 * Supervised loss, the negative log-likelihood of the action tokens: `loss = -policy log-prob`. Advantages and behaviour
 * log-probabilities are not read. Metric `likelihood_mean`: mean probability of a token.
 */
export function supervised({
  aggregation = { kind: 'token-mean' },
}: {
  readonly aggregation?: Aggregation;
} = {}): PolicyLoss {
  return {
    name: 'supervised',
    aggregation,
    terms: (ops, { policyLogprobs }) => ({
      loss: ops.neg(policyLogprobs),
      metrics: { likelihood_mean: ops.exp(policyLogprobs) },
    }),
  };
}
