import { bounded, ratioMetrics } from './log-ratio.js';
import type { Aggregation, LossInputs, LossOps, LossTerms, PolicyLoss } from './policy-loss.js';

/** Options of `vespoLoss`. */
export interface VespoLossOptions {
  /** Power of the ratio, of tokens with an advantage of at least 0; at least 0. */
  readonly powerPositive?: number;
  /** How soon a large ratio fades, of the same; at least 0. */
  readonly decayPositive?: number;
  /** Power of the ratio, of tokens with an advantage below 0; at least 0. */
  readonly powerNegative?: number;
  /** How soon a large ratio fades, of the same; at least 0. */
  readonly decayNegative?: number;
  readonly aggregation?: Aggregation;
}

/**
 * The loss of Variational Sequence-level Soft Policy Optimization, arXiv 2602.10693: REINFORCE, with the ratio of the
 * whole sequence reshaped by a kernel that is 1 on policy, fades on both sides, and is held fixed:
 *
 *     w    = product over the action tokens of the sequence of pi / pi_b
 *     phi  = w^k * exp(lambda * (1 - w))
 *     loss = -sg(phi) * A * policy log-prob
 *
 * `k` is the power and `lambda` the decay, one pair for advantages of at least 0 and one for those below. The ratio is
 * the product itself, not its geometric mean, so nothing is normalised by length. The defaults are those of the authors'
 * code (2, 3 and 3, 2), which takes the sign of a sequence's first advantage; here every token has its own, the same
 * where all tokens of a sequence have one advantage. The log ratio is cut to [-20, 20].
 *
 * Needs whole sequences. Metrics: `kernel_mean` (of phi), `ratio_mean` and `approximate_kl` of the sequence's ratio.
 *
 * @throws RangeError for an option that is negative or not finite.
 */
export function vespoLoss({
  powerPositive = 2,
  decayPositive = 3,
  powerNegative = 3,
  decayNegative = 2,
  aggregation = { kind: 'token-mean' },
}: VespoLossOptions = {}): PolicyLoss {
  const kernel = { powerPositive, decayPositive, powerNegative, decayNegative };
  for (const [name, value] of Object.entries(kernel)) {
    if (!(value >= 0 && Number.isFinite(value))) {
      throw new RangeError(`${name}: must be finite and at least 0, got ${value}`);
    }
  }
  return { name: 'vespo', aggregation, terms: (ops, inputs) => terms(ops, inputs, kernel) };
}

function terms<V>(
  ops: LossOps<V>,
  { policyLogprobs, behaviourLogprobs, advantages }: LossInputs<V>,
  { powerPositive, decayPositive, powerNegative, decayNegative }: Required<Omit<VespoLossOptions, 'aggregation'>>,
): LossTerms<V> {
  const log = bounded(ops, ops.sumOver('sequence', ops.sub(policyLogprobs, behaviourLogprobs)));
  const ratio = ops.exp(log);
  const negative = ops.less(advantages, ops.constant(0));
  const bySign = (below: number, above: number) => ops.where(negative, ops.constant(below), ops.constant(above));
  const power = bySign(powerNegative, powerPositive);
  const decay = bySign(decayNegative, decayPositive);
  const exponent = ops.add(ops.mul(power, log), ops.mul(decay, ops.sub(ops.constant(1), ratio)));
  const kernel = ops.stopGradient(ops.exp(exponent));
  return {
    loss: ops.neg(ops.mul(ops.mul(kernel, advantages), policyLogprobs)),
    metrics: { kernel_mean: kernel, ...ratioMetrics(ops, log, ratio) },
  };
}
