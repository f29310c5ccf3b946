import type { AdvantageEstimator, Advantages, TurnRewardBatch } from '@turnwise/advantages';
import { described, finiteValues, isRecord } from './finite-values.js';
import { loadModule } from './load-module.js';

export interface LoadedEstimator {
  /** The file it came from, an input of the run. */
  readonly path: string;
  readonly estimator: AdvantageEstimator;
}

/**
 * A user's estimator: `(batch: TurnRewardBatch) => { level, values }` with one finite number per turn (level `'turn'`) or
 * per action token (`'token'`). What it returns is checked at every call; an error names the module.
 */
export async function loadEstimator(specifier: string, cwd: string): Promise<LoadedEstimator> {
  const { path, run } = await loadModule(specifier, 'estimator', cwd);
  const call = run as (batch: TurnRewardBatch) => unknown;
  return {
    path,
    estimator(batch) {
      try {
        return checked(call(batch), batch);
      } catch (error) {
        throw new Error(`--estimator ${path}: ${(error as Error).message}`, { cause: error });
      }
    },
  };
}

function checked(result: unknown, { rewards, actionTokenSplits }: TurnRewardBatch): Advantages {
  if (!isRecord(result)) {
    throw new RangeError(`result: must be { level, values } (no promise), got ${described(result)}`);
  }
  const { level, values } = result;
  if (level !== 'turn' && level !== 'token') {
    throw new RangeError(`level: must be "turn" or "token", got ${described(level)}`);
  }
  const length = level === 'turn' ? rewards.length : (actionTokenSplits?.[rewards.length] ?? 0);
  return { level, values: finiteValues(values, 'values', length) };
}
