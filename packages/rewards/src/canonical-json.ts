/**
 * JSON with the keys of every object sorted, so that equal values have equal text whatever order they were written in.
 *
 * @param value as `JSON.parse` gives it.
 * @example canonicalJson({ b: 1, a: [2] }); // '{"a":[2],"b":1}'
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => (isRecord(inner) ? sortKeys(inner) : inner));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function sortKeys(record: Record<string, unknown>): Record<string, unknown> {
  const sorted: [string, unknown][] = Object.keys(record)
    .sort()
    .map((key) => [key, record[key]]);
  return Object.fromEntries(sorted);
}
