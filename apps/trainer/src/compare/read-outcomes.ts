import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { EvaluationOutcome } from '../train-observer.js';
import { UsageError } from '../usage-error.js';

const outcomeSchema = z.looseObject({
  when: z.enum(['before', 'after']),
  mode: z.enum(['sampled', 'greedy']),
  task: z.string(),
  family: z.string(),
  correct: z.boolean(),
});

/** The lines of an `evaluation.jsonl`. Throws a `UsageError` that names file, line and field. */
export async function readOutcomes(path: string): Promise<readonly EvaluationOutcome[]> {
  const text = await readFile(path, 'utf8').catch((error: Error) => {
    throw new UsageError(`${path}: cannot be read: ${error.message}`, { cause: error });
  });
  return text
    .split('\n')
    .map((line, index) => ({ line, where: `${path}:${index + 1}` }))
    .filter(({ line }) => line !== '')
    .map(({ line, where }) => readOutcome(line, where));
}

function readOutcome(line: string, where: string): EvaluationOutcome {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw new UsageError(`${where}: expected a JSON object, got text that is none: ${(error as Error).message}`);
  }
  const parsed = outcomeSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new UsageError(`${where}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'does not fit'}`);
}
