/** `JSON.stringify` that throws a `RangeError` where it would silently write `null` for NaN or an infinity. */
export function finiteJson(value: unknown, indent?: number): string {
  return JSON.stringify(
    value,
    (key, item: unknown) => {
      if (typeof item === 'number' && !Number.isFinite(item)) {
        throw new RangeError(`${key}: must be a finite number, got ${item}`);
      }
      return item;
    },
    indent,
  );
}
