/**
 * Moves the rewards of each trajectory to its last turn, summed: `out[last of i] = sum over j of r[i,j]`, else 0. A
 * trajectory without turns gives nothing.
 *
 * @param values `[turns]`.
 * @param turnSplits `[trajectories + 1]` row offsets over the turns.
 * @returns `[turns]`, a new array.
 */
export function onLastTurn(values: Float64Array, turnSplits: Int32Array): Float64Array {
  const moved = new Float64Array(values.length);
  for (let i = 0; i + 1 < turnSplits.length; i++) {
    const last = (turnSplits[i + 1] as number) - 1;
    for (let turn = turnSplits[i] as number; turn <= last; turn++) {
      moved[last] = (moved[last] as number) + (values[turn] as number);
    }
  }
  return moved;
}
