import { pairedBootstrap } from '@turnwise/advantages';
import type { EvaluationMode, EvaluationOutcome, PairedGain } from '../train-observer.js';
import { taskAccuracies } from './task-accuracies.js';

/**
 * What training gained on the same held-out tasks: the mean over tasks of (after - before) with its 95 % paired
 * bootstrap interval. Throws a `RangeError` when the two evaluations are not of the same tasks.
 */
export function pairedGain(
  outcomes: readonly EvaluationOutcome[],
  mode: EvaluationMode,
  rng: () => number,
): PairedGain {
  const before = taskAccuracies(outcomes, 'before', mode);
  const after = taskAccuracies(outcomes, 'after', mode);
  const tasks = [...before.keys()];
  if (tasks.length !== after.size || tasks.some((task) => !after.has(task))) {
    throw new RangeError(`outcomes: before and after must hold the same tasks, got ${before.size} and ${after.size}`);
  }
  const values = (of: typeof before) => tasks.map((task) => of.get(task)?.accuracy ?? 0);
  return pairedBootstrap(values(before), values(after), { rng });
}
