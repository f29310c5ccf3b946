/** A parsed JSON object whose fields are not yet known to be right. */
export type Fields = Readonly<Record<string, unknown>>;

/** The value as an object. Throws a `RangeError` that begins with `name` otherwise. */
export function objectOf(value: unknown, name: string): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw new RangeError(`${name}: an object, got ${JSON.stringify(value)}`);
}

/** A whole number above 0; `null` counts as absent. Throws a `RangeError` that names the field. */
export function positiveInteger(fields: Fields, name: string, fallback?: number): number {
  const value = fields[name] ?? fallback;
  if (typeof value === 'number' && Number.isInteger(value) && value > 0) return value;
  throw new RangeError(`${name}: a positive integer, got ${JSON.stringify(value)}`);
}

/** The same up to `most`. */
export function positiveIntegerUpTo(most: number, fields: Fields, name: string): number {
  const value = positiveInteger(fields, name);
  if (value <= most) return value;
  throw new RangeError(`${name}: a positive integer of at most ${most}, got ${value}`);
}

/** A finite number above 0; `null` counts as absent. Throws a `RangeError` that names the field. */
export function positiveNumber(fields: Fields, name: string, fallback?: number): number {
  const value = fields[name] ?? fallback;
  if (typeof value === 'number' && Number.isFinite(value) && value > 0) return value;
  throw new RangeError(`${name}: a positive number, got ${JSON.stringify(value)}`);
}

/** `true` or `false`; `null` counts as absent. Throws a `RangeError` that names the field. */
export function truth(fields: Fields, name: string, fallback: boolean): boolean {
  const value = fields[name] ?? fallback;
  if (typeof value === 'boolean') return value;
  throw new RangeError(`${name}: true or false, got ${JSON.stringify(value)}`);
}
