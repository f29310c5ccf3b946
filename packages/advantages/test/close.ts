import { expect } from 'vitest';

/** Every number is the expected one to so many digits after the point, and there are as many of them. */
export function close(actual: ArrayLike<number> | undefined, expected: ArrayLike<number>, digits = 6): void {
  expect(actual).toHaveLength(expected.length);
  Array.from(expected).forEach((value, i) => {
    expect(actual?.[i]).toBeCloseTo(value, digits);
  });
}
