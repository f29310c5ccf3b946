import { pairedBootstrap, type SignTest, signTest } from '@turnwise/advantages';
import type { EvaluationMode, EvaluationOutcome, PairedGain } from '../train-observer.js';
import { UsageError } from '../usage-error.js';
import { meanOverSeeds } from './mean-over-seeds.js';
import { type TaskAccuracy, taskAccuracies } from './task-accuracies.js';

/** A finished run as a comparison needs it. */
export interface ComparedRun {
  /** For messages: the folder as the user gave it. */
  readonly path: string;
  readonly seed: number;
  /** Digest of the task file, `null` for embedded tasks. */
  readonly tasksDigest: string | null;
  readonly outcomes: readonly EvaluationOutcome[];
}

/** Accuracies after training and their difference (left - right). */
export interface Difference {
  readonly family: string;
  readonly mode: EvaluationMode;
  readonly tasks: number;
  readonly left: number;
  readonly right: number;
  /** Over tasks: each task's difference of the means over the runs of both sides. Says nothing of other seeds. */
  readonly overTasks: PairedGain;
  /** Over seeds that both sides have; `null` with fewer than two. */
  readonly overSeeds: PairedGain | null;
  /** Whether left is above right as often as below, over the same seeds; `null` with fewer than two. */
  readonly signsOverSeeds: SignTest | null;
}

export interface Comparison {
  readonly seeds: readonly number[];
  /** Family `all` first, each family sampled and greedy. */
  readonly differences: readonly Difference[];
}

/**
 * Compares the runs of two settings task by task. Throws a `UsageError` when a run has no evaluation after training,
 * when two runs were evaluated on different tasks, or when a side holds one seed twice.
 */
export function compareGroups(
  left: readonly ComparedRun[],
  right: readonly ComparedRun[],
  rng: () => number,
): Comparison {
  const runs = [...left, ...right];
  const modes: readonly EvaluationMode[] = ['sampled', 'greedy'];
  for (const mode of modes) refuseOtherTasks(runs, mode);
  refuseRepeatedSeeds(left);
  refuseRepeatedSeeds(right);
  const seeds = left.map(({ seed }) => seed).filter((seed) => right.some((run) => run.seed === seed));
  const [first] = runs;
  const families = [...new Set(first?.outcomes.map(({ family }) => family) ?? [])];
  return {
    seeds,
    differences: ['all', ...families].flatMap((family) =>
      modes.map((mode) => differenceOf(left, right, seeds, family, mode, rng)),
    ),
  };
}

function differenceOf(
  left: readonly ComparedRun[],
  right: readonly ComparedRun[],
  seeds: readonly number[],
  family: string,
  mode: EvaluationMode,
  rng: () => number,
): Difference {
  const accuraciesOf = (run: ComparedRun) => taskAccuracies(run.outcomes, 'after', mode);
  const lefts = left.map(accuraciesOf);
  const rights = right.map(accuraciesOf);
  const tasks = [...(lefts[0] ?? [])].filter(([, own]) => family === 'all' || own.family === family).map(([id]) => id);
  const leftMeans = tasks.map((task) => mean(lefts.map((run) => accuracyOf(run, task))));
  const rightMeans = tasks.map((task) => mean(rights.map((run) => accuracyOf(run, task))));
  const ofSeed = (side: readonly ComparedRun[], maps: typeof lefts, seed: number) => {
    const run = maps[side.findIndex((candidate) => candidate.seed === seed)];
    return mean(tasks.map((task) => (run === undefined ? 0 : accuracyOf(run, task))));
  };
  const bySeed = seeds.map((seed) => ofSeed(left, lefts, seed) - ofSeed(right, rights, seed));
  return {
    family,
    mode,
    tasks: tasks.length,
    left: mean(leftMeans),
    right: mean(rightMeans),
    overTasks: pairedBootstrap(rightMeans, leftMeans, { rng }),
    overSeeds: seeds.length < 2 ? null : meanOverSeeds(bySeed),
    signsOverSeeds: seeds.length < 2 ? null : signTest(bySeed),
  };
}

const accuracyOf = (run: ReadonlyMap<string, TaskAccuracy>, task: string) => run.get(task)?.accuracy ?? 0;

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

function refuseOtherTasks(runs: readonly ComparedRun[], mode: EvaluationMode): void {
  const [first, ...others] = runs;
  if (first === undefined) throw new UsageError('compare: needs at least one run on each side');
  const expected = evaluatedTasks(first, mode);
  for (const other of others) {
    const found = evaluatedTasks(other, mode);
    const onlyFirst = [...expected].filter((task) => !found.has(task));
    const onlyOther = [...found].filter((task) => !expected.has(task));
    if (onlyFirst.length + onlyOther.length > 0) {
      const example = onlyFirst[0] ?? onlyOther[0];
      throw new UsageError(
        `compare: ${first.path} and ${other.path} were evaluated on different tasks: ${onlyFirst.length} only in the first, ${onlyOther.length} only in the second, e.g. ${example}`,
      );
    }
    if (other.tasksDigest !== first.tasksDigest) {
      throw new UsageError(`compare: ${first.path} and ${other.path} have different task files`);
    }
  }
}

function evaluatedTasks(run: ComparedRun, mode: EvaluationMode): ReadonlySet<string> {
  const tasks = new Set(taskAccuracies(run.outcomes, 'after', mode).keys());
  if (tasks.size === 0) throw new UsageError(`compare: ${run.path} has no ${mode} evaluation after training`);
  return tasks;
}

function refuseRepeatedSeeds(side: readonly ComparedRun[]): void {
  const repeated = side.find(({ seed }, index) => side.findIndex((run) => run.seed === seed) !== index);
  if (repeated === undefined) return;
  throw new UsageError(`compare: ${repeated.path} repeats seed ${repeated.seed} on its side: seeds must differ`);
}
