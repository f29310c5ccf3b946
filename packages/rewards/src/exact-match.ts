import type { Task } from '@turnwise/trajectory';
import type { Verifier } from './verifier.js';

/** Options of `exactMatch`. */
export interface ExactMatchOptions<T extends Task> {
  /** The right answer of a task. */
  readonly expected: (task: T) => string;
  /** Applied to both sides; by default outer white space is removed. */
  readonly normalize?: (text: string) => string;
}

/**
 * Correct when the final answer is the expected text, character by character after normalization. No answer is
 * incorrect.
 *
 * @example exactMatch({ expected: (task) => task.hidden.answer, normalize: (text) => text.trim().toLowerCase() });
 */
export function exactMatch<T extends Task>({
  expected,
  normalize = (text) => text.trim(),
}: ExactMatchOptions<T>): Verifier<T> {
  return async (task, { answer }) => {
    const correct = answer !== null && normalize(answer) === normalize(expected(task));
    return { status: correct ? 'correct' : 'incorrect' };
  };
}
