/**
 * Cosine of the angle between two vectors, `a.b / (|a| |b|)`, in [-1, 1]; 0 when one of them is 0.
 *
 * @throws RangeError when they differ in length or the result is not finite.
 */
export function cosineSimilarity(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length)
    throw new RangeError(`cosineSimilarity: lengths must agree, got ${a.length} and ${b.length}`);
  let dot = 0;
  let squareA = 0;
  let squareB = 0;
  for (let i = 0; i < a.length; i++) {
    const left = a[i] as number;
    const right = b[i] as number;
    dot += left * right;
    squareA += left * left;
    squareB += right * right;
  }
  if (squareA === 0 || squareB === 0) return 0;
  const cosine = dot / Math.sqrt(squareA * squareB);
  if (!Number.isFinite(cosine)) throw new RangeError(`cosineSimilarity: must be finite, got ${cosine}`);
  return Math.min(1, Math.max(-1, cosine));
}
