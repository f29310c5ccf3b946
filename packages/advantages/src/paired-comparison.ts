import type { BootstrapOptions, MeanInterval } from './bootstrap-interval.js';
import { pairedBootstrap } from './paired-bootstrap.js';
import { type SignTest, signTest } from './sign-test.js';

/** What two runs differ by, over the same seeds (or tasks). */
export interface PairedComparison {
  /** Mean of `after - before`, with its bootstrap interval. */
  readonly difference: MeanInterval;
  readonly signs: SignTest;
}

/**
 * Compares two runs pair by pair: entry `i` of both is the same seed, or the same task. With few seeds trust the signs:
 * a percentile bootstrap of three values is too narrow, and three pairs can never give a sign test below p = .25.
 *
 * @throws RangeError as `pairedBootstrap`.
 * @example pairedComparison([0.4, 0.5, 0.6], [0.5, 0.7, 0.6], { rng: Math.random }).signs.pValue; // 0.5
 */
export function pairedComparison(
  before: ArrayLike<number>,
  after: ArrayLike<number>,
  options: BootstrapOptions,
): PairedComparison {
  const difference = pairedBootstrap(before, after, options);
  return { difference, signs: signTest(Float64Array.from(after, (value, i) => value - (before[i] as number))) };
}
