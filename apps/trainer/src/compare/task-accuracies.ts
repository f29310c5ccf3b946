import type { EvaluationMode, EvaluationMoment, EvaluationOutcome } from '../train-observer.js';

export interface TaskAccuracy {
  readonly family: string;
  /** Share of the task's evaluated samples that were right. */
  readonly accuracy: number;
}

/** Accuracy of each task, by its id, in one evaluation: the mean over its samples when there are several. */
export function taskAccuracies(
  outcomes: readonly EvaluationOutcome[],
  when: EvaluationMoment,
  mode: EvaluationMode,
): ReadonlyMap<string, TaskAccuracy> {
  const tallies = new Map<string, { readonly family: string; correct: number; samples: number }>();
  for (const outcome of outcomes) {
    if (outcome.when !== when || outcome.mode !== mode) continue;
    const tally = tallies.get(outcome.task) ?? { family: outcome.family, correct: 0, samples: 0 };
    tally.correct += outcome.correct ? 1 : 0;
    tally.samples += 1;
    tallies.set(outcome.task, tally);
  }
  return new Map(
    [...tallies].map(([task, { family, correct, samples }]) => [task, { family, accuracy: correct / samples }]),
  );
}
