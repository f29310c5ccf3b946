import { pairedBootstrap } from '@turnwise/advantages';
import type { EvaluationMode, EvaluationOutcome, PairedGain } from '../train-observer.js';
import { taskAccuracies } from './task-accuracies.js';

/**
 * What training gained on the same held-out tasks: the mean over tasks of (after - before) with its 95 % paired
 * bootstrap interval. A task that one of the two evaluations could not judge (its tools failed) is left out. Throws a
 * `RangeError` when no task was judged in both.
 */
export function pairedGain(
  outcomes: readonly EvaluationOutcome[],
  mode: EvaluationMode,
  rng: () => number,
): PairedGain {
  const before = taskAccuracies(outcomes, 'before', mode);
  const after = taskAccuracies(outcomes, 'after', mode);
  const tasks = [...before.keys()].filter((task) => after.has(task));
  if (tasks.length === 0) {
    throw new RangeError(
      `outcomes: before and after must share a task, got ${before.size} and ${after.size} ${mode} ones that differ`,
    );
  }
  const values = (of: typeof before) => tasks.map((task) => of.get(task)?.accuracy ?? 0);
  return pairedBootstrap(values(before), values(after), { rng });
}
