/**
 * Gives every turn the value of its trajectory: `out[j] = values[i]` for the turns `j` of trajectory `i`.
 *
 * @param values `[trajectories]`.
 * @param trajectorySplits `[trajectories + 1]` row offsets, checked by the caller.
 * @returns `[turns]`, a new array.
 */
export function spreadOverTurns(values: Float64Array, trajectorySplits: Int32Array): Float64Array {
  const turns = new Float64Array(trajectorySplits[trajectorySplits.length - 1] as number);
  values.forEach((value, i) => {
    turns.fill(value, trajectorySplits[i], trajectorySplits[i + 1]);
  });
  return turns;
}
