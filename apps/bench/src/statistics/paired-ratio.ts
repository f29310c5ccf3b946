import { bootstrapInterval, type MeanInterval } from '@turnwise/advantages';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/**
 * The geometric mean of `above[i] / below[i]` over samples that were taken in turn, with its 95 % interval:
 *
 *     ratio = exp(mean_i ln(above_i / below_i))
 *
 * The interval is the percentile bootstrap over the pairs, so what slows both samples of a pair cancels. Turned round,
 * the ratio and its bounds are the reciprocals. The random numbers are the same each time.
 *
 * @throws RangeError if the two differ in length, hold nothing, or hold a number that is not above 0.
 * @example pairedRatio([1, 4], [2, 2]).mean; // sqrt(1/2 * 2) = 1
 */
export function pairedRatio(above: readonly number[], below: readonly number[]): MeanInterval {
  if (above.length !== below.length) {
    throw new RangeError(`below: must pair with the ${above.length} values of above, got ${below.length}`);
  }
  const logs = above.map((value, i) => Math.log(positive('above', value) / positive('below', below[i] as number)));
  const { mean, low, high } = bootstrapInterval(logs, { rng: seededUniform() });
  return { mean: Math.exp(mean), low: Math.exp(low), high: Math.exp(high) };
}

function positive(name: string, value: number): number {
  if (!(value > 0 && Number.isFinite(value))) throw new RangeError(`${name}: finite numbers above 0, got ${value}`);
  return value;
}

function seededUniform(): () => number {
  const generator = xoroshiro128plus(1);
  return () => (generator.next() >>> 0) / 2 ** 32;
}
