import { type BootstrapOptions, bootstrapInterval, type MeanInterval } from './bootstrap-interval.js';

/**
 * Bootstrap interval of the mean paired difference `after[i] - before[i]`, where `i` is the same task (or the same
 * seed) in both: what is equal in a pair cancels, so it is narrower than the intervals of the two means suggest.
 *
 * @throws RangeError if the two differ in length, and as `bootstrapInterval`.
 * @example pairedBootstrap([0, 0, 1, 0], [1, 0, 1, 1], { rng: Math.random }).mean; // 0.5
 */
export function pairedBootstrap(
  before: ArrayLike<number>,
  after: ArrayLike<number>,
  options: BootstrapOptions,
): MeanInterval {
  if (before.length !== after.length) {
    throw new RangeError(`after: must pair with the ${before.length} values of before, got ${after.length}`);
  }
  return bootstrapInterval(
    Float64Array.from(after, (value, i) => value - (before[i] as number)),
    options,
  );
}
