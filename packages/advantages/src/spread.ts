/**
 * Gives every element of a row the value of the row: turns that of their trajectory, action tokens that of their turn.
 *
 * @param values `[rows]`.
 * @param splits `[rows + 1]` row offsets, checked by the caller.
 * @returns `[elements]`, a new array.
 */
export function spread(values: Float64Array, splits: Int32Array): Float64Array {
  const elements = new Float64Array(splits[splits.length - 1] as number);
  values.forEach((value, row) => {
    elements.fill(value, splits[row], splits[row + 1]);
  });
  return elements;
}
