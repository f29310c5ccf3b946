/**
 * Gives every action token the value of its turn.
 *
 * @param values `[turns]`.
 * @param actionTokenSplits `[turns + 1]` row offsets, checked by the caller.
 * @returns `[action tokens]`, a new array.
 */
export function spreadOverTokens(values: Float64Array, actionTokenSplits: Int32Array): Float64Array {
  const tokens = new Float64Array(actionTokenSplits[actionTokenSplits.length - 1] as number);
  values.forEach((value, turn) => {
    tokens.fill(value, actionTokenSplits[turn], actionTokenSplits[turn + 1]);
  });
  return tokens;
}
