import { logRatio, type RatioLevel, ratioMetrics } from './log-ratio.js';
import type { Aggregation, LossInputs, LossOps, LossTerms, PolicyLoss } from './policy-loss.js';

/** Options of `clippedSurrogate`. */
export interface ClippedSurrogateOptions {
  /** The ratio is clipped below at `1 - clipLow`, in [0, 1]. */
  readonly clipLow?: number;
  /** The ratio is clipped above at `1 + clipHigh`, at least 0. */
  readonly clipHigh?: number;
  /** Bounds the loss of a token with negative advantage at `-dualClip * advantage`, above 1. Off by default. */
  readonly dualClip?: number;
  /** What the ratio is taken of: a token, its whole sequence (GSPO), or its turn (Turn-PPO). */
  readonly ratio?: RatioLevel;
  readonly aggregation?: Aggregation;
}

/**
 * The clipped surrogate of PPO, arXiv 1707.06347, Eq. 7, per token; what GTPO (arXiv 2511.14846) and GRPO train with:
 *
 *     ratio = exp(policy log-prob - behaviour log-prob)
 *     loss  = -min(ratio * A, clip(ratio, 1 - clipLow, 1 + clipHigh) * A)
 *
 * With `ratio: 'sequence'` or `'turn'` the ratio is that of the whole sequence or turn (`RatioLevel`).
 *
 * `clipHigh` above `clipLow` is the clip-higher of DAPO (arXiv 2503.14476, which takes .28). With `dualClip: c`
 * (arXiv 1912.09729, Eq. 5) a token with `A < 0` has `loss = min(loss, -c * A)`.
 *
 * Metrics, means over action tokens: `clip_fraction_low` (A < 0 and the ratio below its bound: no gradient),
 * `clip_fraction_high` (A > 0 and the ratio above its bound: no gradient), `clip_fraction_dual` (with `dualClip`: A < 0
 * and the ratio above c: no gradient), `ratio_mean`, `ratio_square_mean`, and `approximate_kl`, the k3 estimate `ratio - 1 - ln ratio` of
 * KL(behaviour || policy), never negative.
 *
 * @throws RangeError for an option out of range.
 */
export function clippedSurrogate({
  clipLow = 0.2,
  clipHigh = 0.2,
  dualClip,
  ratio = 'token',
  aggregation = { kind: 'token-mean' },
}: ClippedSurrogateOptions = {}): PolicyLoss {
  if (!(clipLow >= 0 && clipLow <= 1)) throw new RangeError(`clipLow: must be in [0, 1], got ${clipLow}`);
  if (!(clipHigh >= 0 && Number.isFinite(clipHigh))) {
    throw new RangeError(`clipHigh: must be finite and at least 0, got ${clipHigh}`);
  }
  if (dualClip !== undefined && !(dualClip > 1 && Number.isFinite(dualClip))) {
    throw new RangeError(`dualClip: must be finite and above 1, got ${dualClip}`);
  }
  return {
    name: 'clipped-surrogate',
    aggregation,
    ...(ratio === 'turn' ? { needs: ['turns'] as const } : {}),
    terms: (ops, inputs) => terms(ops, inputs, { low: 1 - clipLow, high: 1 + clipHigh, dualClip, level: ratio }),
  };
}

interface Bounds {
  readonly low: number;
  readonly high: number;
  readonly dualClip: number | undefined;
  readonly level: RatioLevel;
}

function terms<V>(ops: LossOps<V>, inputs: LossInputs<V>, { low, high, dualClip, level }: Bounds): LossTerms<V> {
  const { advantages } = inputs;
  const zero = ops.constant(0);
  const log = logRatio(ops, inputs, level);
  const ratio = ops.exp(log);
  const clipped = ops.minimum(ops.maximum(ratio, ops.constant(low)), ops.constant(high));
  const surrogate = ops.minimum(ops.mul(ratio, advantages), ops.mul(clipped, advantages));
  const negative = ops.less(advantages, zero);
  const positive = ops.less(zero, advantages);
  const metrics: Record<string, V> = {
    clip_fraction_low: ops.mul(negative, ops.less(ratio, ops.constant(low))),
    clip_fraction_high: ops.mul(positive, ops.less(ops.constant(high), ratio)),
    ...ratioMetrics(ops, log, ratio),
  };
  if (dualClip === undefined) return { loss: ops.neg(surrogate), metrics };
  const bound = ops.constant(dualClip);
  const floored = ops.maximum(surrogate, ops.mul(bound, advantages));
  return {
    loss: ops.neg(ops.where(negative, floored, surrogate)),
    metrics: { ...metrics, clip_fraction_dual: ops.mul(negative, ops.less(bound, ratio)) },
  };
}
