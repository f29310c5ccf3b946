/** Least capacity of the cache, and how far its steps lie apart up to 128. */
export const CAPACITY_STEP = 32;

/**
 * The capacity for tokens up to `lastPosition` and one place more: in steps that grow with it, because each capacity
 * costs a graph, by at most half of what is needed. Never above `most`.
 */
export function capacityFor(lastPosition: number, most: number): number {
  const needed = lastPosition + 2;
  const step = Math.max(CAPACITY_STEP, 2 ** Math.floor(Math.log2(needed)) / 2);
  return Math.min(most, Math.ceil(needed / step) * step);
}
