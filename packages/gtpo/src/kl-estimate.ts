/**
 * Estimates of KL(policy, reference) from the log-probabilities of one sampled token, with `x = policy - reference`
 * (Schulman, "Approximating KL divergence", 2020): k1 = x, k2 = x^2 / 2, k3 = exp(-x) - 1 + x, and |x|, which some
 * frameworks offer. These are values for metrics; what a loss descends is a regularizer.
 *
 * @throws RangeError for an unknown estimate.
 * @example klEstimate('k3', Math.log(0.5), Math.log(0.25)); // 0.193147
 */
export function klEstimate(kind: 'k1' | 'k2' | 'k3' | 'abs', policyLogprob: number, referenceLogprob: number): number {
  const x = policyLogprob - referenceLogprob;
  switch (kind) {
    case 'k1':
      return x;
    case 'k2':
      return (x * x) / 2;
    case 'k3':
      return Math.expm1(-x) + x;
    case 'abs':
      return Math.abs(x);
    default:
      throw new RangeError(`kind: must be 'k1', 'k2', 'k3' or 'abs', got ${kind satisfies never}`);
  }
}
