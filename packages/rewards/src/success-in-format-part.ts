import { type FormatPenaltyOptions, formatPenalty } from './format-penalty.js';
import type { RewardPart } from './reward-part.js';

/**
 * The GRPO baseline of the GTPO paper (arXiv 2511.14846): `r[i] = min(accuracy, format)`, both 0 or 1, on the last
 * turn: 1 only for a correct trajectory in which no turn breaks the format rule.
 */
export function successInFormatPart({
  executionErrors = false,
}: Omit<FormatPenaltyOptions, 'penalty'> = {}): RewardPart {
  return ({ group, turnSplits, outcomes, included }) => {
    const values = new Float64Array(turnSplits[turnSplits.length - 1] as number);
    group.trajectories.forEach((trajectory, i) => {
      if (included[i] === 0) return;
      const clean = formatPenalty(trajectory, { penalty: 1, executionErrors }).every((value) => value === 0);
      values[(turnSplits[i + 1] as number) - 1] = clean ? (outcomes[i] as number) : 0;
    });
    return { values };
  };
}
