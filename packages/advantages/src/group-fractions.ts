import type { Advantages } from './advantage-estimator.js';
import { outcomesEqual } from './statistic-sets.js';
import { checkLength, checkTurnRewardBatch, requireField, type TurnRewardBatch } from './turn-reward-batch.js';

/** An advantage below this is rounding, not a gradient. */
const ZERO = 1e-9;

/**
 * Share of groups that teach nothing: all their advantages are 0. Groups without an included trajectory do not count;
 * a batch without any counting group gives 0.
 *
 * @throws RangeError for a malformed batch, or advantages of another length.
 */
export function zeroGradientFraction(batch: TurnRewardBatch, advantages: Advantages): number {
  return fractionOfGroups(batch, advantages, (_, zero) => zero);
}

/**
 * Share of phantom groups: all raw outcomes are equal, yet some advantage is not 0, so the gradient of the group
 * rewards style and not success. Groups without an included trajectory do not count.
 *
 * @throws RangeError for a malformed batch, or advantages of another length.
 */
export function phantomGroupFraction(batch: TurnRewardBatch, advantages: Advantages): number {
  return fractionOfGroups(batch, advantages, (g, zero) => outcomesEqual(batch, g) && !zero);
}

function fractionOfGroups(
  batch: TurnRewardBatch,
  { level, values }: Advantages,
  counts: (group: number, zero: boolean) => boolean,
): number {
  const { rewards, trajectorySplits, groupSplits, included } = checkTurnRewardBatch(batch);
  const tokens = level === 'token' ? requireField(batch, 'actionTokenSplits', 'a share of groups') : null;
  const placeOf = (turn: number) => (tokens ? (tokens[turn] as number) : turn);
  checkLength('advantages', values.length, placeOf(rewards.length));
  let groups = 0;
  let counted = 0;
  for (let g = 0; g + 1 < groupSplits.length; g++) {
    const from = groupSplits[g] as number;
    const to = groupSplits[g + 1] as number;
    if (!included.subarray(from, to).includes(1)) continue;
    const own = values.subarray(placeOf(trajectorySplits[from] as number), placeOf(trajectorySplits[to] as number));
    groups += 1;
    if (
      counts(
        g,
        own.every((value) => Math.abs(value) <= ZERO),
      )
    )
      counted += 1;
  }
  return groups === 0 ? 0 : counted / groups;
}
