import type { Random } from './random.js';

/**
 * Numbers of two digits, at most 9 of them: no two begin with the same digit, and none ends with a digit that another
 * begins with. A policy that reads character by character can tell them apart by their first.
 */
export function distinctNumbers(random: Random, count: number): number[] {
  const digits = shuffled([1, 2, 3, 4, 5, 6, 7, 8, 9], random);
  const units = [0, ...digits.slice(count)];
  return digits.slice(0, count).map((tens) => 10 * tens + random.pick(units));
}

/** The items in random order. */
export function shuffled<T>(items: readonly T[], random: Random): T[] {
  const left = [...items];
  return items.map(() => left.splice(random.int(0, left.length - 1), 1)[0] as T);
}
