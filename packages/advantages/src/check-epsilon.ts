/** @throws RangeError unless epsilon is finite and not negative. */
export function checkEpsilon(epsilon: number): void {
  if (!(epsilon >= 0 && Number.isFinite(epsilon))) {
    throw new RangeError(`epsilon: must be finite and at least 0, got ${epsilon}`);
  }
}
