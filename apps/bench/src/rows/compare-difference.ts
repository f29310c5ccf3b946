import type { Comparison } from '../result.js';
import { verdictOf } from '../statistics/verdict.js';

/** A difference that may be at most `limit`: whether two sides compute the same. */
export function compareDifference(title: string, against: string, difference: number, limit: number): Comparison {
  const ratio = { mean: difference, low: difference, high: difference };
  const bar = { rule: 'at most', value: limit } as const;
  // A difference that is no number keeps to no bar.
  const verdict = Number.isFinite(difference) ? verdictOf(ratio, bar) : 'MISSES';
  return {
    title,
    against,
    unit: 'difference',
    ours: null,
    peer: null,
    ratio,
    bar,
    verdict,
    samples: 1,
    othersLoad: null,
  };
}

/** The greatest |a - b|; infinite for lists of different length. */
export function greatestDifference(a: readonly number[], b: readonly number[]): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] as number))), 0);
}
