import { rolloutOf } from './cispo-loss.js';
import { bounded } from './log-ratio.js';
import type { LossInputs, LossOps, PolicyLoss } from './policy-loss.js';

/** Options of `truncatedImportanceSampling`. */
export interface TruncatedImportanceSamplingOptions {
  /** `'sequence'`: the product over all action tokens of the sequence. */
  readonly level?: 'token' | 'sequence';
  /** Largest weight, above 0. */
  readonly cap?: number;
}

/**
 * Corrects a loss for an engine that samples with other numbers than the policy computes (other kernels, other
 * precision): every token's loss is weighed by how much likelier the behaviour policy finds it than the engine did,
 * cut at `cap` and held fixed (Yao et al., "Your efficient RL framework secretly brings you off-policy RL training",
 * 2025).
 *
 *     loss = sg(min(exp(behaviour log-prob - rollout log-prob), cap)) * loss
 *
 * `behaviourLogprobs` are then the policy's own before the update, `rolloutLogprobs` the engine's, which the batch must
 * hold. Metrics: the loss's own, `rollout_weight_mean`, `rollout_truncated_fraction`.
 *
 * @throws RangeError for a cap that is not finite and above 0, or an unknown level.
 * @example truncatedImportanceSampling(clippedSurrogate(), { cap: 2 });
 */
export function truncatedImportanceSampling(
  loss: PolicyLoss,
  { level = 'token', cap = 2 }: TruncatedImportanceSamplingOptions = {},
): PolicyLoss {
  if (!(cap > 0 && Number.isFinite(cap))) throw new RangeError(`cap: must be finite and above 0, got ${cap}`);
  if (level !== 'token' && level !== 'sequence') {
    throw new RangeError(`level: must be 'token' or 'sequence', got ${level satisfies never}`);
  }
  return {
    name: `${loss.name} with truncated importance sampling`,
    aggregation: loss.aggregation,
    needs: [...new Set([...(loss.needs ?? []), 'rolloutLogprobs' as const])],
    terms: (ops, inputs) => {
      const own = loss.terms(ops, inputs);
      const weight = weightOf(ops, inputs, level);
      const bound = ops.constant(cap);
      const kept = ops.stopGradient(ops.minimum(weight, bound));
      return {
        loss: ops.mul(kept, own.loss),
        metrics: { ...own.metrics, rollout_weight_mean: kept, rollout_truncated_fraction: ops.less(bound, weight) },
      };
    },
  };
}

function weightOf<V>(ops: LossOps<V>, inputs: LossInputs<V>, level: 'token' | 'sequence'): V {
  const log = ops.sub(inputs.behaviourLogprobs, rolloutOf(inputs));
  return ops.exp(bounded(ops, level === 'token' ? log : ops.sumOver('sequence', log)));
}
