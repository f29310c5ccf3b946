/** @throws RangeError unless the number lies in [0, 1]. */
export function checkShare(name: string, value: number): void {
  if (!(value >= 0 && value <= 1)) throw new RangeError(`${name}: must be in [0, 1], got ${value}`);
}

/** @throws RangeError unless the number is finite. */
export function checkWeight(name: string, value: number): void {
  if (!Number.isFinite(value)) throw new RangeError(`${name}: must be finite, got ${value}`);
}

/** @throws RangeError unless epsilon is finite and not negative. */
export function checkEpsilon(epsilon: number): void {
  if (!(epsilon >= 0 && Number.isFinite(epsilon))) {
    throw new RangeError(`epsilon: must be finite and at least 0, got ${epsilon}`);
  }
}

/** @throws RangeError that lists the choices, of which there are at least two, unless the value is one of them. */
export function checkChoice(name: string, value: unknown, choices: readonly unknown[]): void {
  if (choices.includes(value)) return;
  const quoted = choices.map((choice) => (typeof choice === 'string' ? `'${choice}'` : `${choice}`));
  throw new RangeError(`${name}: must be ${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}, got ${value}`);
}
