import type { Gate, Scope } from './advantage-estimator.js';
import type { TurnRewardBatch } from './turn-reward-batch.js';

/**
 * Row offsets over trajectories of the sets that statistics are taken over: the groups, or one set of everything.
 *
 * @throws RangeError for a scope that is neither.
 */
export function statisticSets(batch: TurnRewardBatch, scope: Scope): Int32Array {
  switch (scope) {
    case 'group':
      return batch.groupSplits;
    case 'batch':
      return Int32Array.of(0, batch.included.length);
    default:
      throw new RangeError(`scope: must be 'group' or 'batch', got ${scope satisfies never}`);
  }
}

/**
 * Which trajectories take part in the statistics: included, with at least one turn, and not in a gated group.
 *
 * A gated group leaves the statistics of a batch too, as if it had not been sampled.
 *
 * @returns `[trajectories]`, 1 or 0.
 * @throws RangeError for an unknown gate.
 */
export function participants(batch: TurnRewardBatch, gate: Gate): Uint8Array {
  const { included, trajectorySplits, groupSplits } = batch;
  const takesPart = included.map((value, i) => (trajectorySplits[i] === trajectorySplits[i + 1] ? 0 : value));
  switch (gate) {
    case 'none':
      return takesPart;
    case 'outcome':
      for (let g = 0; g + 1 < groupSplits.length; g++) {
        if (outcomesEqual(batch, g)) takesPart.fill(0, groupSplits[g], groupSplits[g + 1]);
      }
      return takesPart;
    default:
      throw new RangeError(`gate: must be 'none' or 'outcome', got ${gate satisfies never}`);
  }
}

/** Whether all included trajectories of group `g` have the same raw outcome; true for a group with fewer than two. */
export function outcomesEqual({ outcomes, included, groupSplits }: TurnRewardBatch, g: number): boolean {
  let first: number | undefined;
  for (let i = groupSplits[g] as number; i < (groupSplits[g + 1] as number); i++) {
    if (included[i] === 0) continue;
    first ??= outcomes[i] as number;
    if (outcomes[i] !== first) return false;
  }
  return true;
}
