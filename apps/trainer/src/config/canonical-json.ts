/**
 * JSON with the keys of every object in code-unit order and no spaces: equal values give equal text. Keys whose value
 * is `undefined` are left out, as in `JSON.stringify`. Throws a `RangeError` for a number that is not finite.
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(sorted(value, 'value'));
}

function sorted(value: unknown, path: string): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new RangeError(`${path}: must be a finite number, got ${value}`);
  }
  if (Array.isArray(value)) return value.map((item, index) => sorted(item, `${path}[${index}]`));
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item, `${path}.${key}`)]));
}
