import type { Task } from '@turnwise/trajectory';
import type { RewardPart } from './reward-part.js';

/** Options of `weightedPart`. */
export interface WeightedPartOptions {
  /** Name under which the clipping is reported. */
  readonly name: string;
  readonly weight?: number;
  /** Bounds of a weighted turn reward. */
  readonly min?: number;
  readonly max?: number;
}

/**
 * A part times its weight, turn by turn, then clipped: `clip(weight * r[i,j], min, max)`. The part keeps its own metrics;
 * when there is a bound, metric `NAME_clipped` is the share of its turn rewards, of scored trajectories, that hit it.
 *
 * @throws RangeError for a weight that is not finite, bounds that are NaN or cross.
 * @example composeReward({ verifier, parts: { style: weightedPart(stylePart, { name: 'style', weight: 0.1, min: -0.2 }) } });
 */
export function weightedPart<T extends Task>(
  part: RewardPart<T>,
  { name, weight = 1, min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY }: WeightedPartOptions,
): RewardPart<T> {
  if (!Number.isFinite(weight)) throw new RangeError(`weight: must be finite, got ${weight}`);
  if (!(min <= max)) throw new RangeError(`min: must be at most max, got ${min} and ${max}`);
  return async (scored) => {
    const { values, metrics = {} } = await part(scored);
    const clipped = { sum: 0, count: 0 };
    const weighted = values.map((value) => weight * value);
    scored.included.forEach((kept, i) => {
      if (kept === 0) return;
      for (let turn = scored.turnSplits[i] as number; turn < (scored.turnSplits[i + 1] as number); turn++) {
        const value = weighted[turn] as number;
        weighted[turn] = Math.min(max, Math.max(min, value));
        clipped.count += 1;
        if (weighted[turn] !== value) clipped.sum += 1;
      }
    });
    const bounded = Number.isFinite(min) || Number.isFinite(max);
    return { values: weighted, metrics: { ...metrics, ...(bounded && { [`${name}_clipped`]: clipped }) } };
  };
}
