import type { Task } from '@turnwise/trajectory';
import { z } from 'zod';

const json = z.json();

/** One unit test of a program: its name is what the policy reads when it fails. */
const unitTest = z.strictObject({
  name: z.string().min(1),
  args: z.array(json),
  expected: json,
});

/** How a final answer is judged. */
const verifier = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('number'), expected: z.number(), tolerance: z.number().nonnegative().default(0) }),
  z.strictObject({ kind: z.literal('text'), expected: z.string().min(1) }),
  z.strictObject({ kind: z.literal('program'), hiddenTests: z.array(unitTest).min(1) }),
]);

/**
 * The tools of a task:
 * - `js` runs JavaScript in a session that lasts for the whole trajectory;
 * - `look` looks a fact `entity.relation` up in the task's `facts`;
 * - `test` runs the visible tests on a program and names the first that fails.
 */
const tool = z.discriminatedUnion('name', [
  z.strictObject({ name: z.literal('js'), maxCharacters: z.int().positive().default(200) }),
  z.strictObject({ name: z.literal('look'), facts: z.record(z.string(), z.string()) }),
  z.strictObject({
    name: z.literal('test'),
    maxCharacters: z.int().positive().default(200),
    visibleTests: z.array(unitTest).min(1),
  }),
]);

/** One line of a task file. The embedded families produce the same rows. */
export const taskRowSchema = z.strictObject({
  /** Unique in the file. */
  id: z.string().min(1),
  /** Metrics are reported per family. */
  family: z.string().min(1),
  /** What the policy reads. */
  prompt: z.string().min(1),
  tools: z.array(tool).min(1),
  verifier,
  /** Tool calls without which the task cannot be solved; an answer before them counts as premature. */
  requiredCalls: z.int().nonnegative().optional(),
  /** `held-out` rows are used for evaluation only; `unseen-composition` are reported apart. */
  tags: z.array(z.string()).optional(),
});

export type TaskRow = z.infer<typeof taskRowSchema>;
export type TaskToolRow = z.infer<typeof tool>;
export type UnitTest = z.infer<typeof unitTest>;

/** What only the tools and the verifier see. */
export type HiddenRow = Pick<TaskRow, 'tools' | 'verifier' | 'requiredCalls'>;
export type TrainerTask = Task<HiddenRow>;

/** A row of a task file as the task that rollouts and rewards read. */
export function taskOfRow(row: TaskRow): TrainerTask {
  const { id, family, prompt, tools, verifier, requiredCalls, tags } = row;
  return {
    id,
    family,
    prompt: [{ role: 'user', content: prompt }],
    hidden: { tools, verifier, ...(requiredCalls === undefined ? {} : { requiredCalls }) },
    ...(tags === undefined ? {} : { tags }),
  };
}
