import { checkConfidence, type Interval } from './interval.js';

/** Options of `bootstrapInterval` and `pairedBootstrap`. */
export interface BootstrapOptions {
  /** Uniform on [0, 1); injected, so that a result can be computed again. */
  readonly rng: () => number;
  readonly confidence?: number;
  readonly resamples?: number;
}

/** The mean of what was given, with its interval. */
export interface MeanInterval extends Interval {
  readonly mean: number;
}

/**
 * Percentile bootstrap interval of the mean (B. Efron, 1979): draws `resamples` samples of the same size with
 * replacement and takes the quantiles `(1 -+ confidence) / 2` of their means, interpolated linearly.
 *
 * One value gives an interval of width 0, which says nothing; values must be independent of each other (tasks or
 * seeds, never the trajectories of one group).
 *
 * @throws RangeError for no values, a value that is not finite, a confidence outside (0, 1), or no resamples.
 * @example bootstrapInterval(gains, { rng: Math.random }); // { mean, low, high }
 */
export function bootstrapInterval(
  values: ArrayLike<number>,
  { rng, confidence = 0.95, resamples = 10_000 }: BootstrapOptions,
): MeanInterval {
  checkConfidence(confidence);
  if (!(Number.isInteger(resamples) && resamples >= 1)) {
    throw new RangeError(`resamples: must be a whole number of at least 1, got ${resamples}`);
  }
  const mean = meanOf(values);
  const means = new Float64Array(resamples);
  for (let b = 0; b < resamples; b++) means[b] = resampledMean(values, rng);
  means.sort();
  return { mean, low: quantile(means, (1 - confidence) / 2), high: quantile(means, (1 + confidence) / 2) };
}

function meanOf(values: ArrayLike<number>): number {
  if (values.length === 0) throw new RangeError('values: must hold at least one value, got 0');
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (!Number.isFinite(value)) throw new RangeError(`values: must be finite, got ${value} at ${i}`);
    sum += value;
  }
  return sum / values.length;
}

function resampledMean(values: ArrayLike<number>, rng: () => number): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[Math.floor(rng() * values.length)] as number;
  return sum / values.length;
}

function quantile(sorted: Float64Array, share: number): number {
  const position = share * (sorted.length - 1);
  const below = sorted[Math.floor(position)] as number;
  const above = sorted[Math.ceil(position)] as number;
  return below + (above - below) * (position - Math.floor(position));
}
