import { type Comparison, type Credited, creditOf, rowOf } from './credit.js';
import { type StandardizeOptions, standardize } from './standardize.js';
import type { TurnRewardBatch } from './turn-reward-batch.js';

/**
 * Standardizes turns over all turns of a set of trajectories: those of a group, or of the batch.
 *
 * @param values `[turns]`.
 * @param weights `[turns]`, 0 for a turn outside its set, which gets 0.
 * @param sets row offsets of the sets over trajectories (`statisticSets`).
 * @returns `[turns]`, a new array; a set of one and a set of equal values give zeros.
 */
export function standardizeTurns(
  values: Float64Array,
  weights: Float64Array,
  { trajectorySplits }: TurnRewardBatch,
  sets: Int32Array,
  options: StandardizeOptions,
): Credited {
  const bounds = sets.map((trajectory) => trajectorySplits[trajectory] as number);
  const result = new Float64Array(values.length);
  const comparisons: Comparison[] = [];
  for (let s = 0; s + 1 < bounds.length; s++) {
    comparisons.push(standardize(values, weights, bounds[s] as number, bounds[s + 1] as number, options, result));
  }
  const comparison: Comparison = (turn) => (comparisons[rowOf(bounds, turn)] as Comparison)(turn);
  return { values: result, credit: creditOf(values, weights, comparison) };
}
