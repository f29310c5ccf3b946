import type { AdvantageEstimator, Advantages, TurnRewardBatch } from '@turnwise/advantages';
import { described, finiteValues, isRecord } from './finite-values.js';
import { loadModule } from './load-module.js';

export interface LoadedEstimator {
  /** The file it came from, an input of the run. */
  readonly path: string;
  readonly estimator: AdvantageEstimator;
}

/**
 * A user's estimator: `(batch: TurnRewardBatch) => { level: 'turn', values }` with one finite number per turn. What it
 * returns is checked at every call; an error names the module.
 */
export async function loadEstimator(specifier: string, cwd: string): Promise<LoadedEstimator> {
  const { path, run } = await loadModule(specifier, 'estimator', cwd);
  const call = run as (batch: TurnRewardBatch) => unknown;
  return {
    path,
    estimator(batch) {
      try {
        return checked(call(batch), batch.rewards.length);
      } catch (error) {
        throw new Error(`--estimator ${path}: ${(error as Error).message}`, { cause: error });
      }
    },
  };
}

function checked(result: unknown, turns: number): Advantages {
  if (!isRecord(result)) {
    throw new RangeError(`result: must be { level: 'turn', values } (no promise), got ${described(result)}`);
  }
  if (result['level'] !== 'turn') throw new RangeError(`level: must be "turn", got ${described(result['level'])}`);
  return { level: 'turn', values: finiteValues(result['values'], 'values', turns) };
}
