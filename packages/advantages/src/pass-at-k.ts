/**
 * Chance that at least one of `k` samples is correct, estimated without bias from `correct` of `samples`:
 *
 *     pass@k = 1 - C(samples - correct, k) / C(samples, k)
 *
 * arXiv 2107.03374, Eq. 1; the quotient of binomials is computed as a product of `correct` factors.
 *
 * @throws RangeError unless 0 <= correct <= samples and 1 <= k <= samples, all whole numbers.
 * @example passAtK(8, 2, 4); // 1 - C(6, 4) / C(8, 4) = 1 - 15 / 70 = 0.785714
 */
export function passAtK(samples: number, correct: number, k: number): number {
  if (!(Number.isInteger(samples) && samples >= 1)) {
    throw new RangeError(`samples: must be a whole number of at least 1, got ${samples}`);
  }
  if (!(Number.isInteger(correct) && correct >= 0 && correct <= samples)) {
    throw new RangeError(`correct: must be a whole number from 0 to ${samples}, got ${correct}`);
  }
  if (!(Number.isInteger(k) && k >= 1 && k <= samples)) {
    throw new RangeError(`k: must be a whole number from 1 to ${samples}, got ${k}`);
  }
  let miss = 1;
  for (let i = samples - correct + 1; i <= samples; i++) miss *= Math.max(0, 1 - k / i);
  return 1 - miss;
}
