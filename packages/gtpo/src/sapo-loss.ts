import { logRatio, ratioMetrics } from './log-ratio.js';
import type { Aggregation, PolicyLoss } from './policy-loss.js';

/** Options of `sapoLoss`. */
export interface SapoLossOptions {
  /** Of tokens with an advantage above 0; above 0. */
  readonly temperaturePositive?: number;
  /** Of the others; above 0. A higher one lets the gradient fall off sooner. */
  readonly temperatureNegative?: number;
  readonly aggregation?: Aggregation;
}

/**
 * The loss of Soft Adaptive Policy Optimization, arXiv 2511.20347: a smooth gate in place of a clip.
 *
 *     loss = -(4 / tau) * sigmoid(tau * (ratio - 1)) * A      tau = temperaturePositive if A > 0, else temperatureNegative
 *
 * On policy its derivative by the ratio is `-A`, as that of the surrogate; away from it the gate goes flat on both
 * sides. Metrics: `ratio_mean`, `approximate_kl`.
 *
 * @throws RangeError for a temperature that is not finite and above 0.
 */
export function sapoLoss({
  temperaturePositive = 1,
  temperatureNegative = 1.05,
  aggregation = { kind: 'sequence-mean-token-mean' },
}: SapoLossOptions = {}): PolicyLoss {
  for (const [name, value] of Object.entries({ temperaturePositive, temperatureNegative })) {
    if (!(value > 0 && Number.isFinite(value)))
      throw new RangeError(`${name}: must be finite and above 0, got ${value}`);
  }
  return {
    name: 'sapo',
    aggregation,
    terms: (ops, inputs) => {
      const { advantages } = inputs;
      const one = ops.constant(1);
      const log = logRatio(ops, inputs, 'token');
      const ratio = ops.exp(log);
      const positive = ops.less(ops.constant(0), advantages);
      const tau = ops.where(positive, ops.constant(temperaturePositive), ops.constant(temperatureNegative));
      // Beyond 30 the sigmoid is 1 to the last digit of float32, and its exponential stays finite.
      const x = ops.minimum(ops.mul(tau, ops.sub(ratio, one)), ops.constant(30));
      const sigmoid = ops.div(one, ops.add(one, ops.exp(ops.neg(x))));
      const gate = ops.mul(ops.div(ops.constant(4), tau), sigmoid);
      return { loss: ops.neg(ops.mul(gate, advantages)), metrics: ratioMetrics(ops, log, ratio) };
    },
  };
}
