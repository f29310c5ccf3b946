import { logRatio, ratioMetrics } from './log-ratio.js';
import type { Aggregation, PolicyLoss } from './policy-loss.js';

/**
 * REINFORCE with importance sampling, nothing clipped: `loss = -ratio * A`, as the `importance_sampling` loss of the
 * Tinker API. Its gradient is `-ratio * A * grad log pi`; on policy it is that of plain REINFORCE.
 *
 * Metrics: `ratio_mean`, `approximate_kl`.
 */
export function importanceSampling({
  aggregation = { kind: 'token-mean' },
}: {
  readonly aggregation?: Aggregation;
} = {}): PolicyLoss {
  return {
    name: 'importance-sampling',
    aggregation,
    terms: (ops, inputs) => {
      const log = logRatio(ops, inputs, 'token');
      const ratio = ops.exp(log);
      return { loss: ops.neg(ops.mul(ratio, inputs.advantages)), metrics: ratioMetrics(ops, log, ratio) };
    },
  };
}
