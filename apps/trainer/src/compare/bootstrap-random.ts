import { randomOf } from '../tasks/random.js';

/** Uniform numbers in [0, 1) for a bootstrap, the same each time: the same outcomes give the same intervals. */
export function bootstrapRandom(): () => number {
  const random = randomOf(1);
  return () => random.int(0, 0x7ffffffe) / 0x7fffffff;
}
