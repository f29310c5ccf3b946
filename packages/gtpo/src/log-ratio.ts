import type { LossInputs, LossOps } from './policy-loss.js';

/**
 * What a ratio of a loss is taken of, with `x = policy log-prob - behaviour log-prob` of a token:
 *
 * - `'token'`: `exp(x)` (PPO, GRPO, GTPO);
 * - `'sequence'`: `exp(mean of x over the sequence)`, the same for all its tokens (GSPO, arXiv 2507.18071, Eq. 7);
 * - `'sequence-token'`: the same number, differentiated by the token itself alone (GSPO-token, Eq. 14);
 * - `'turn'`: `exp(sum of x over the turn)`, the same for all its tokens (Turn-PPO).
 */
export type RatioLevel = 'token' | 'sequence' | 'sequence-token' | 'turn';

/** |log ratio| beyond this is cut, so that an exponential never overflows. Clipping binds long before. */
const MAX_LOG_RATIO = 20;

/** Logarithm of the ratio at its level, in [-20, 20]. */
export function logRatio<V>(ops: LossOps<V>, inputs: LossInputs<V>, level: RatioLevel): V {
  const x = ops.sub(inputs.policyLogprobs, inputs.behaviourLogprobs);
  return bounded(ops, atLevel(ops, x, level));
}

function atLevel<V>(ops: LossOps<V>, x: V, level: RatioLevel): V {
  switch (level) {
    case 'token':
      return x;
    case 'sequence':
      return ops.meanOver('sequence', x);
    case 'sequence-token':
      return ops.add(ops.stopGradient(ops.sub(ops.meanOver('sequence', x), x)), x);
    case 'turn':
      return ops.sumOver('turn', x);
    default:
      throw new RangeError(`ratio: must be a known level, got ${level satisfies never}`);
  }
}

/** Cuts a log ratio to [-20, 20]. */
export function bounded<V>(ops: LossOps<V>, value: V): V {
  return ops.minimum(ops.maximum(value, ops.constant(-MAX_LOG_RATIO)), ops.constant(MAX_LOG_RATIO));
}

/**
 * Mean ratio, mean of its square (`ratio_mean^2 / ratio_square_mean` is the effective sample size as a share), and the k3
 * estimate `ratio - 1 - ln ratio` of KL(behaviour || policy), never negative.
 */
export function ratioMetrics<V>(ops: LossOps<V>, log: V, ratio: V): Readonly<Record<string, V>> {
  return {
    ratio_mean: ratio,
    ratio_square_mean: ops.mul(ratio, ratio),
    approximate_kl: ops.sub(ops.sub(ratio, ops.constant(1)), log),
  };
}
