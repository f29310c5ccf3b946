/**
 * The soft overlong punishment of DAPO, arXiv 2503.14476, Eq. 13: nothing up to `maxTokens - buffer`, then linear down
 * to -1 at `maxTokens`, and -1 beyond.
 *
 *     p(n) = 0                                   n <= maxTokens - buffer
 *     p(n) = (maxTokens - buffer - n) / buffer   up to maxTokens
 *     p(n) = -1                                  above
 *
 * @param tokens how many action tokens each trajectory has.
 * @returns one penalty each, in [-1, 0], to be added to the reward of the last turn.
 * @throws RangeError unless 0 < buffer <= maxTokens, both finite.
 * @example overlongPenalty([10, 18, 20, 25], { maxTokens: 20, buffer: 4 }); // [0, -0.5, -1, -1]
 */
export function overlongPenalty(
  tokens: ArrayLike<number>,
  { maxTokens, buffer }: { readonly maxTokens: number; readonly buffer: number },
): Float64Array {
  if (!(maxTokens > 0 && Number.isFinite(maxTokens))) {
    throw new RangeError(`maxTokens: must be finite and above 0, got ${maxTokens}`);
  }
  if (!(buffer > 0 && buffer <= maxTokens)) {
    throw new RangeError(`buffer: must be above 0 and at most ${maxTokens}, got ${buffer}`);
  }
  return Float64Array.from(tokens, (n) => Math.max(-1, Math.min(0, (maxTokens - buffer - n) / buffer)));
}
