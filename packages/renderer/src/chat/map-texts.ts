/** The value with `map` applied to every string, and `mapKey` to the keys of objects. */
export function mapTexts(
  value: unknown,
  map: (text: string) => string,
  mapKey: (key: string) => string = (key) => key,
): unknown {
  if (typeof value === 'string') return map(value);
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, map, mapKey));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [mapKey(key), mapTexts(item, map, mapKey)]));
}
