export interface Percentiles {
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Nearest-rank percentiles of times: the least value that at least so many percent do not exceed; 0 for no times. */
export function percentilesOf(times: readonly number[]): Percentiles {
  const sorted = Float64Array.from(times).sort();
  const at = (percent: number): number => sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? 0;
  return { p50Ms: at(50), p99Ms: at(99) };
}
