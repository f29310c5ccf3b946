import { trajectoryRewards } from './trajectory-rewards.js';
import { checkTurnRewardBatch, type TurnRewardBatch } from './turn-reward-batch.js';

/** Takes trajectories out of a batch: the same batch with fewer ones in `included`. Nothing is written into the old one. */
export type BatchFilter = (batch: TurnRewardBatch) => TurnRewardBatch;

/**
 * The filter of StarPO-S, arXiv 2504.20073: keeps the share of groups whose trajectory rewards have the highest
 * standard deviation (sample). Ties go to the earlier group; at least one group stays; groups without an included
 * trajectory do not count.
 *
 * Penalties and shaping make deviation where every outcome is the same: give it raw outcomes (`of: 'outcomes'`, the
 * default), or the rewards of the paper.
 *
 * @throws RangeError for a share outside (0, 1]; the filter throws it for a malformed batch.
 * @example gtpo()(keepMostVaried({ share: 0.25 })(batch));
 */
export function keepMostVaried({
  share,
  of = 'outcomes',
}: {
  readonly share: number;
  readonly of?: 'outcomes' | 'rewards';
}): BatchFilter {
  if (!(share > 0 && share <= 1)) throw new RangeError(`share: must be above 0 and at most 1, got ${share}`);
  return (batch) => {
    const { rewards, trajectorySplits } = checkTurnRewardBatch(batch);
    const values = of === 'outcomes' ? batch.outcomes : trajectoryRewards(rewards, trajectorySplits);
    const groups = includedOf(batch).flatMap(({ group, members }) =>
      members.length === 0 ? [] : [{ group, variance: variance(members.map((i) => values[i] as number)) }],
    );
    const kept = Math.max(1, Math.round(share * groups.length));
    // Sorting keeps the order of equals.
    const best = groups.toSorted((a, b) => b.variance - a.variance).slice(0, kept);
    return keepGroups(batch, new Set(best.map(({ group }) => group)));
  };
}

/**
 * The filter of DAPO's dynamic sampling, arXiv 2503.14476, Eq. 11: keeps groups with `0 < correct < G`, counted on raw
 * outcomes (1 is correct, anything below is not) of included trajectories. Sampling more groups in their place is the
 * caller's.
 *
 * @throws RangeError for a malformed batch.
 */
export function keepMixedOutcomes(): BatchFilter {
  return (batch) => {
    checkTurnRewardBatch(batch);
    const mixed = includedOf(batch).filter(({ members }) => {
      const correct = members.filter((i) => (batch.outcomes[i] as number) >= 1).length;
      return correct > 0 && correct < members.length;
    });
    return keepGroups(batch, new Set(mixed.map(({ group }) => group)));
  };
}

function includedOf({ groupSplits, included }: TurnRewardBatch): { group: number; members: number[] }[] {
  return Array.from({ length: groupSplits.length - 1 }, (_, group) => {
    const members: number[] = [];
    for (let i = groupSplits[group] as number; i < (groupSplits[group + 1] as number); i++) {
      if (included[i] === 1) members.push(i);
    }
    return { group, members };
  });
}

/** Sample variance; 0 of one value. */
function variance(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, values.length - 1);
}

function keepGroups(batch: TurnRewardBatch, kept: ReadonlySet<number>): TurnRewardBatch {
  const { groupSplits } = batch;
  const included = batch.included.slice();
  for (let g = 0; g + 1 < groupSplits.length; g++) {
    if (!kept.has(g)) included.fill(0, groupSplits[g], groupSplits[g + 1]);
  }
  return { ...batch, included };
}
