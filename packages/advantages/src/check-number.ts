/** @throws RangeError unless the number lies in [0, 1]. */
export function checkShare(name: string, value: number): void {
  if (!(value >= 0 && value <= 1)) throw new RangeError(`${name}: must be in [0, 1], got ${value}`);
}

/** @throws RangeError unless the number is finite. */
export function checkWeight(name: string, value: number): void {
  if (!Number.isFinite(value)) throw new RangeError(`${name}: must be finite, got ${value}`);
}
