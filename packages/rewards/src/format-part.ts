import { type FormatPenaltyOptions, formatPenalty } from './format-penalty.js';
import type { RewardPart } from './reward-part.js';

/** `formatPenalty` of every trajectory. Metric `format_errors`: share of the scored turns that are penalized. */
export function formatPart(options: FormatPenaltyOptions = {}): RewardPart {
  return ({ group, turnSplits, included }) => {
    const values = new Float64Array(turnSplits[turnSplits.length - 1] as number);
    const metrics = { format_errors: { sum: 0, count: 0 } };
    group.trajectories.forEach((trajectory, i) => {
      if (included[i] === 0) return;
      const penalties = formatPenalty(trajectory, options);
      values.set(penalties, turnSplits[i]);
      metrics.format_errors.sum += penalties.filter((value) => value !== 0).length;
      metrics.format_errors.count += penalties.length;
    });
    return { values, metrics };
  };
}
