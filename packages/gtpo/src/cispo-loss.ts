import { bounded, ratioMetrics } from './log-ratio.js';
import type { Aggregation, LossInputs, LossOps, LossTerms, PolicyLoss } from './policy-loss.js';

/** Options of `cispoLoss`. */
export interface CispoLossOptions {
  /** Lower bound of the ratio itself, at least 0. 0 is the paper's: no lower bound. */
  readonly ratioLow?: number;
  /** Upper bound of the ratio itself. */
  readonly ratioHigh?: number;
  /** What becomes of a ratio out of bounds: cut to the bound, or 0 (SkyRL's `rollout_is`): the token then teaches nothing. */
  readonly outside?: 'clip' | 'drop';
  /** The policy that the ratio is against: the one that sampled, or the engine that did (`rolloutLogprobs`). */
  readonly anchor?: 'behaviour' | 'rollout';
  readonly aggregation?: Aggregation;
}

/**
 * The loss of CISPO, arXiv 2506.13585, Eqs. 4 and 5: REINFORCE with a clipped ratio that is held fixed, so that no token
 * loses its gradient:
 *
 *     loss = -sg(clip(ratio, ratioLow, ratioHigh)) * A * policy log-prob
 *
 * Bounds are of the ratio, not distances from 1: verl's `clip_ratio_low = .2` is `ratioLow: .8`. Metrics:
 * `clip_fraction_low`, `clip_fraction_high`, `ratio_mean`, `approximate_kl`.
 *
 * @throws RangeError unless 0 <= ratioLow < ratioHigh, both finite.
 */
export function cispoLoss({
  ratioLow = 0,
  ratioHigh = 5,
  outside = 'clip',
  anchor = 'behaviour',
  aggregation = { kind: 'token-mean' },
}: CispoLossOptions = {}): PolicyLoss {
  if (!(ratioLow >= 0 && Number.isFinite(ratioLow))) {
    throw new RangeError(`ratioLow: must be finite and at least 0, got ${ratioLow}`);
  }
  if (!(ratioHigh > ratioLow && Number.isFinite(ratioHigh))) {
    throw new RangeError(`ratioHigh: must be finite and above ${ratioLow}, got ${ratioHigh}`);
  }
  return {
    name: 'cispo',
    aggregation,
    ...(anchor === 'rollout' ? { needs: ['rolloutLogprobs'] as const } : {}),
    terms: (ops, inputs) => terms(ops, inputs, { ratioLow, ratioHigh, outside, anchor }),
  };
}

function terms<V>(
  ops: LossOps<V>,
  inputs: LossInputs<V>,
  { ratioLow, ratioHigh, outside, anchor }: Required<Omit<CispoLossOptions, 'aggregation'>>,
): LossTerms<V> {
  const { policyLogprobs, advantages } = inputs;
  const [low, high] = [ops.constant(ratioLow), ops.constant(ratioHigh)];
  const against = anchor === 'rollout' ? rolloutOf(inputs) : inputs.behaviourLogprobs;
  const log = bounded(ops, ops.sub(policyLogprobs, against));
  const ratio = ops.exp(log);
  const below = ops.less(ratio, low);
  const above = ops.less(high, ratio);
  const clipped = ops.minimum(ops.maximum(ratio, low), high);
  const inside = ops.sub(ops.constant(1), ops.add(below, above));
  const factor = ops.stopGradient(outside === 'clip' ? clipped : ops.mul(inside, ratio));
  return {
    loss: ops.neg(ops.mul(ops.mul(factor, advantages), policyLogprobs)),
    metrics: { clip_fraction_low: below, clip_fraction_high: above, ...ratioMetrics(ops, log, ratio) },
  };
}

/** @throws RangeError when the batch holds none. */
export function rolloutOf<V>({ rolloutLogprobs }: LossInputs<V>): V {
  if (rolloutLogprobs === undefined) {
    throw new RangeError('rolloutLogprobs: must be given, since the loss reads them, got none');
  }
  return rolloutLogprobs;
}
