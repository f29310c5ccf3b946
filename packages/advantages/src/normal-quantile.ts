/**
 * Quantile of the standard normal distribution: the `z` with `P(Z <= z) = probability`.
 *
 * Bisection on the distribution function `1/2 + density(z) * (z + z^3/3 + z^5/(3*5) + ...)`, to about 1e-12 for
 * probabilities between 1e-6 and 1 - 1e-6.
 *
 * @throws RangeError unless 0 < probability < 1.
 * @example normalQuantile(0.975); // 1.959964
 */
export function normalQuantile(probability: number): number {
  if (!(probability > 0 && probability < 1)) {
    throw new RangeError(`probability: must be between 0 and 1, got ${probability}`);
  }
  let low = -8;
  let high = 8;
  for (let i = 0; i < 80; i++) {
    const middle = (low + high) / 2;
    if (normalDistribution(middle) < probability) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

function normalDistribution(z: number): number {
  let term = z;
  let sum = z;
  for (let odd = 3; Math.abs(term) > 1e-17 * Math.abs(sum); odd += 2) {
    term *= (z * z) / odd;
    sum += term;
  }
  return 0.5 + (sum * Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI);
}
