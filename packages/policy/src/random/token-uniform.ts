import type { SampleKey } from '@turnwise/trajectory';
import { philox } from './philox.js';

/**
 * The uniform number in [0, 1) by which one token is chosen: `philox(counter: (task, sample, turn, token), key: (seed,
 * update))`, its first word's upper 23 bits over 2^23. With 23 bits `u * total < total` holds in float32 as well.
 */
export function tokenUniform(key: SampleKey, turn: number, token: number): number {
  return (philox([key.task, key.sample, turn, token], [key.seed, key.update])[0] >>> 9) * 2 ** -23;
}

/** Throws a `RangeError` for a key that is not made of unsigned 32-bit integers. */
export function checkSampleKey(key: SampleKey): void {
  for (const name of ['seed', 'update', 'task', 'sample'] as const) {
    const value = key[name];
    if (!Number.isInteger(value) || value < 0 || value >= 2 ** 32) {
      throw new RangeError(`${name}: an integer in [0, 2^32), got ${value}`);
    }
  }
}
