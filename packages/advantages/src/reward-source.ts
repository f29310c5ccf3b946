import type { AdvantageEstimator } from './advantage-estimator.js';
import { requireField, type TurnRewardBatch } from './turn-reward-batch.js';

/**
 * Which rewards an estimator sees: `'rewards'` as they are; `'outcomes'`, the raw outcome on the last turn and 0 before
 * it; `'rewards-and-outcomes'`, their sum; or one part of the batch by name.
 */
export type RewardSource = 'rewards' | 'outcomes' | 'rewards-and-outcomes' | { readonly part: string };

/**
 * The rewards of a source, one per turn.
 *
 * @returns `[turns]`, to be read only: it may be the batch's own array.
 * @throws RangeError for an unknown source, or a part that the batch does not have.
 */
export function rewardsOf(batch: TurnRewardBatch, source: RewardSource): Float64Array {
  switch (source) {
    case 'rewards':
      return batch.rewards;
    case 'outcomes':
      return withOutcomes(new Float64Array(batch.rewards.length), batch);
    case 'rewards-and-outcomes':
      return withOutcomes(batch.rewards.slice(), batch);
    default:
      return partOf(batch, source);
  }
}

/** Adds the outcome of each trajectory to its last turn. */
function withOutcomes(turns: Float64Array, { outcomes, trajectorySplits }: TurnRewardBatch): Float64Array {
  outcomes.forEach((outcome, i) => {
    const end = trajectorySplits[i + 1] as number;
    if (end > (trajectorySplits[i] as number)) turns[end - 1] = (turns[end - 1] as number) + outcome;
  });
  return turns;
}

function partOf(batch: TurnRewardBatch, source: { readonly part: string }): Float64Array {
  const parts = requireField(batch, 'parts', `the source ${JSON.stringify(source)}`);
  const part = parts[source.part];
  if (part === undefined) {
    throw new RangeError(`source: must name one of the parts ${Object.keys(parts)}, got ${JSON.stringify(source)}`);
  }
  return part;
}

/**
 * Lets an estimator see other rewards.
 *
 * @throws RangeError as the estimator, or when the batch lacks the source.
 * @example withRewards('outcomes', grpo()); // normalises raw outcomes, whatever was shaped
 */
export function withRewards(source: RewardSource, estimator: AdvantageEstimator): AdvantageEstimator {
  return (batch) => estimator({ ...batch, rewards: rewardsOf(batch, source) });
}
