import type { TrainConfig } from '../config/train-config.js';
import { FAMILIES, heldOutTasks, trainingTask } from '../tasks/families.js';
import { type TaskRow, type TrainerTask, taskOfRow } from '../tasks/task-schema.js';
import { UsageError } from '../usage-error.js';

/** Where tasks come from. */
export interface TaskSource {
  readonly families: readonly string[];
  /** Number of distinct training tasks, infinite where they are generated. */
  readonly trainTasks: number;
  /** The task at this ordinal of the run. */
  training(ordinal: number): TrainerTask;
  readonly heldOut: readonly TrainerTask[];
}

/**
 * The embedded families, or a task file. Of a file, the rows tagged `held-out` are for evaluation; without such rows
 * nothing is held out and the evaluation is on the training tasks, at most `evalTasks` of each family.
 */
export function openTaskSource(config: TrainConfig, rows: readonly TaskRow[] | null): TaskSource {
  const { seed, evalTasks, minCalls, maxCalls } = config;
  if (rows !== null) return fileSource(rows.map(taskOfRow), evalTasks);
  const lengths = { ...(minCalls === undefined ? {} : { minCalls }), ...(maxCalls === undefined ? {} : { maxCalls }) };
  return {
    families: FAMILIES.map(({ name }) => name),
    trainTasks: Number.POSITIVE_INFINITY,
    training: (ordinal) => taskOfRow(trainingTask(seed, ordinal, lengths)),
    heldOut: heldOutTasks(evalTasks, lengths).map(taskOfRow),
  };
}

function fileSource(rows: readonly TrainerTask[], evalTasks: number): TaskSource {
  const isHeldOut = (task: TrainerTask) => task.tags?.includes('held-out') ?? false;
  const training = rows.filter((task) => !isHeldOut(task));
  if (training.length === 0)
    throw new UsageError(`--tasks: expected tasks to train on, all ${rows.length} are tagged held-out`);
  const families = [...new Set(rows.map(({ family }) => family))];
  const evaluated = rows.some(isHeldOut) ? rows.filter(isHeldOut) : training;
  return {
    families,
    trainTasks: training.length,
    training: (ordinal) => {
      const task = training[ordinal % training.length] as TrainerTask;
      return {
        ...task,
        id: ordinal < training.length ? task.id : `${task.id}#${Math.floor(ordinal / training.length)}`,
      };
    },
    heldOut: families.flatMap((family) => evaluated.filter((task) => task.family === family).slice(0, evalTasks)),
  };
}
