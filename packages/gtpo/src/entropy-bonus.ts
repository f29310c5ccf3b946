import type { EntropyRegularizer } from './regularizer.js';

/**
 * Rewards the policy for staying undecided: `loss = -coefficient * H`, with the entropy `H`, in nats, of the whole
 * distribution that the token was drawn from, at the run's temperature (Williams and Peng, "Function optimization using
 * connectionist reinforcement learning algorithms", 1991). Metric `policy_entropy`: mean of `H`.
 *
 * @throws RangeError for a coefficient that is negative or not finite.
 * @example
 * const algorithm = { ...gtpo(options), regularizers: [entropyBonus({ coefficient: 0.001 })] };
 */
export function entropyBonus({ coefficient }: { readonly coefficient: number }): EntropyRegularizer {
  if (!(coefficient >= 0 && Number.isFinite(coefficient))) {
    throw new RangeError(`coefficient: must be finite and at least 0, got ${coefficient}`);
  }
  return {
    name: 'entropy-bonus',
    needs: 'entropies',
    terms: (ops, { entropies }) => ({
      loss: ops.mul(ops.constant(-coefficient), entropies),
      metrics: { policy_entropy: entropies },
    }),
  };
}
