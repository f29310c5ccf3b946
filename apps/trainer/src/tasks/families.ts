import type { TaskFamily, TaskInstance, TaskLength } from './family.js';
import { knowledgeFamily } from './knowledge-family.js';
import { mathFamily } from './math-family.js';
import { programFamily } from './program-family.js';
import { hashText, randomOf } from './random.js';
import type { TaskRow } from './task-schema.js';

/** The embedded families, in the order of every report. */
export const FAMILIES: readonly TaskFamily[] = [mathFamily, knowledgeFamily, programFamily];

/**
 * Where a task may be used. Disjoint by construction:
 * - `train`: a composition seen in training, a prompt of the training seven eighths;
 * - `held-out-seen`: a composition seen in training, a prompt of the held-out eighth;
 * - `held-out-unseen`: a prompt of that eighth, of a composition of the third that training never draws.
 */
export type Split = 'train' | 'held-out-seen' | 'held-out-unseen';

/** The split that a generated task belongs to, `null` for none: a function of its composition and prompt alone. */
export function splitOf({ composition, row }: TaskInstance): Split | null {
  const unseen = hashText(`composition ${row.family} ${composition}`) % 3 === 0;
  const heldOut = hashText(`prompt ${row.prompt}`) % 8 === 0;
  if (heldOut) return unseen ? 'held-out-unseen' : 'held-out-seen';
  return unseen ? null : 'train';
}

/** Overrides the number of calls that tasks need; the end that is not given gives way to the one that is. */
export type TaskLengths = Partial<TaskLength>;

/** Most calls that a task of any family can need: there are no more numbers that begin with different digits. */
export const MAX_CALLS = 8;

/**
 * The `ordinal`-th task of a family, seed and split: the same every time, whatever was drawn before.
 *
 * @throws RangeError for lengths that the family does not have.
 */
export function drawTask(
  family: TaskFamily,
  split: Split,
  seed: number,
  ordinal: number,
  lengths: TaskLengths = {},
): TaskInstance {
  const random = randomOf(seed, FAMILIES.indexOf(family), ordinal, SPLITS.indexOf(split));
  const length = lengthOf(family, lengths);
  for (let attempt = 0; attempt < MAX_DRAWS; attempt += 1) {
    const instance = family.draw(random, length);
    if (splitOf(instance) === split) return instance;
  }
  throw new RangeError(
    `lengths: tasks of ${length.minCalls} to ${length.maxCalls} calls must exist in split ${split} of ${family.name}, found none in ${MAX_DRAWS} draws`,
  );
}

function lengthOf({ name, defaultLength }: TaskFamily, lengths: TaskLengths): TaskLength {
  const minCalls = lengths.minCalls ?? Math.min(defaultLength.minCalls, lengths.maxCalls ?? MAX_CALLS);
  const maxCalls = lengths.maxCalls ?? Math.max(defaultLength.maxCalls, minCalls);
  if (minCalls < defaultLength.minCalls || minCalls > maxCalls || maxCalls > MAX_CALLS) {
    throw new RangeError(
      `lengths: tasks of ${name} need ${defaultLength.minCalls} to ${MAX_CALLS} calls, got from ${minCalls} to ${maxCalls}`,
    );
  }
  return { minCalls, maxCalls };
}

const SPLITS: readonly Split[] = ['train', 'held-out-seen', 'held-out-unseen'];
const MAX_DRAWS = 10_000;

/** The task of a training run at this ordinal: families take turns. */
export function trainingTask(seed: number, ordinal: number, lengths: TaskLengths = {}): TaskRow {
  const family = FAMILIES[ordinal % FAMILIES.length] as TaskFamily;
  const instance = drawTask(family, 'train', seed, Math.floor(ordinal / FAMILIES.length), lengths);
  return { ...instance.row, id: `${family.name}/train/${seed}/${ordinal}` };
}

/** Seed of the held-out tasks: one fixed set, whatever the seed of a run. */
const HELD_OUT_SEED = 20251114;

/** So many draws in a row without a new prompt mean that there are hardly any more. */
const MAX_REPEATS = 1000;

/** The held-out tasks: `perFamily` distinct prompts of each family, every third of an unseen composition. */
export function heldOutTasks(perFamily: number, lengths: TaskLengths = {}): TaskRow[] {
  return FAMILIES.flatMap((family) => heldOutTasksOf(family, perFamily, lengths));
}

/**
 * The held-out tasks of one family.
 *
 * @throws RangeError when it has not that many.
 */
export function heldOutTasksOf(family: TaskFamily, count: number, lengths: TaskLengths = {}): TaskRow[] {
  const prompts = new Set<string>();
  const rows: TaskRow[] = [];
  let repeats = 0;
  for (let ordinal = 0; rows.length < count; ordinal += 1) {
    const split: Split = rows.length % 3 === 2 ? 'held-out-unseen' : 'held-out-seen';
    const { row } = drawTask(family, split, HELD_OUT_SEED, ordinal, lengths);
    repeats = prompts.has(row.prompt) ? repeats + 1 : 0;
    if (repeats === MAX_REPEATS) {
      throw new RangeError(
        `evalTasks: at most about ${rows.length}, the distinct held-out prompts of ${family.name}, got ${count}`,
      );
    }
    if (repeats > 0) continue;
    prompts.add(row.prompt);
    const tags = split === 'held-out-unseen' ? ['held-out', 'unseen-composition'] : ['held-out'];
    rows.push({ ...row, id: `${family.name}/held-out/${rows.length}`, tags });
  }
  return rows;
}
