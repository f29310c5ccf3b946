import type { PairedGain } from '../train-observer.js';

/** Student's t, quantile .975, for 1 to 30 degrees of freedom (NIST/SEMATECH e-Handbook, 1.3.6.7.2). */
const t975 = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11,
  2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
];

/**
 * Mean of one difference per seed with its 95 % interval, mean -+ t s / sqrt(n), where s is the standard deviation with
 * n - 1. Beyond 30 degrees of freedom the quantile of 30 is kept, which errs on the wide side. With so few values as
 * seeds are a bootstrap would be far too narrow. Throws a `RangeError` for fewer than two values.
 */
export function meanOverSeeds(differences: readonly number[]): PairedGain {
  const n = differences.length;
  if (n < 2) throw new RangeError(`differences: must hold at least 2 values, got ${n}`);
  const mean = differences.reduce((sum, value) => sum + value, 0) / n;
  const variance = differences.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  const half = (t975[Math.min(n - 1, t975.length) - 1] as number) * Math.sqrt(variance / n);
  return { mean, low: mean - half, high: mean + half };
}
