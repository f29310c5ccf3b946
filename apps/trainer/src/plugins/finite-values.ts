/**
 * Checks that a user's module returned `length` finite numbers under `name`, and gives them as a `Float64Array`.
 * Plain arrays will do. Throws a `RangeError` that names the field, the rule and what was found.
 */
export function finiteValues(value: unknown, name: string, length: number): Float64Array {
  if (!isArrayLike(value))
    throw new RangeError(`${name}: must be an array of ${length} numbers, got ${described(value)}`);
  if (value.length !== length) throw new RangeError(`${name}: must hold ${length} values, got ${value.length}`);
  const values = new Float64Array(length);
  for (let i = 0; i < length; i++) {
    const item = value[i];
    if (typeof item !== 'number' || !Number.isFinite(item)) {
      throw new RangeError(`${name}: must hold finite numbers, got ${described(item)} at ${i}`);
    }
    values[i] = item;
  }
  return values;
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
}

/** A value as an error message can show it. */
export function described(value: unknown): string {
  if (typeof value === 'number' || value === null || value === undefined) return String(value);
  return typeof value === 'string'
    ? JSON.stringify(value)
    : Array.isArray(value)
      ? 'an array'
      : `a value of type ${typeof value}`;
}

function isArrayLike(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && 'length' in value);
}
