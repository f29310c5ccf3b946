import { exitCodes } from '../exit-codes.js';
import type { RowResult } from '../result.js';

/** A missed bar weighs more than an undecided one; a row that was not run is undecided. */
export function exitCodeOf(results: readonly RowResult[]): number {
  const verdicts = results.flatMap((result) =>
    result.status === 'run' ? result.comparisons.map(({ verdict }) => verdict) : (['undecided'] as const),
  );
  if (verdicts.includes('MISSES')) return exitCodes.missed;
  return verdicts.includes('undecided') ? exitCodes.undecided : exitCodes.ok;
}
