import { type Comparison, type Credited, creditOf } from './credit.js';
import { type StandardizeOptions, standardize } from './standardize.js';

/**
 * Standardizes every element over the set that it belongs to, for sets that do not lie in one piece: turns at the same
 * index, turns at the same state. Each set is gathered, goes through `standardize`, and is put back.
 *
 * @param sets `[elements]`, whole numbers from 0: which set an element belongs to.
 * @param weights `[elements]`, 0 for an element that is outside its set and gets 0.
 * @returns `[elements]`, a new array; a set of one and a set of equal values give zeros.
 */
export function standardizeSets(
  values: Float64Array,
  weights: Float64Array,
  sets: Int32Array,
  options: StandardizeOptions,
): Credited {
  const { order, splits } = gathered(sets);
  const own = Float64Array.from(order, (at) => values[at] as number);
  const ownWeights = Float64Array.from(order, (at) => weights[at] as number);
  const standardized = new Float64Array(order.length);
  const comparisons: Comparison[] = [];
  for (let s = 0; s + 1 < splits.length; s++) {
    const [from, to] = [splits[s] as number, splits[s + 1] as number];
    comparisons.push(standardize(own, ownWeights, from, to, options, standardized));
  }
  const result = new Float64Array(values.length);
  order.forEach((at, k) => {
    result[at] = standardized[k] as number;
  });
  const comparison: Comparison = (at) => {
    const set = sets[at] as number;
    return (comparisons[set] as Comparison)(order.indexOf(at, splits[set]));
  };
  return { values: result, credit: creditOf(values, weights, comparison) };
}

/** The elements set after set, in order within each (a counting sort), with row offsets. */
function gathered(sets: Int32Array): { order: Int32Array; splits: Int32Array } {
  const count = sets.reduce((most, set) => Math.max(most, set + 1), 0);
  const splits = new Int32Array(count + 1);
  for (const set of sets) splits[set + 1] = (splits[set + 1] as number) + 1;
  for (let s = 0; s < count; s++) splits[s + 1] = (splits[s + 1] as number) + (splits[s] as number);
  const order = new Int32Array(splits[count] as number);
  const next = splits.slice();
  sets.forEach((set, at) => {
    order[next[set] as number] = at;
    next[set] = (next[set] as number) + 1;
  });
  return { order, splits };
}
