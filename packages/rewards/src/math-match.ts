import type { Task } from '@turnwise/trajectory';
import { type MathEquivalentOptions, mathEquivalent } from './math/math-equivalent.js';
import type { Verifier } from './verifier.js';

export interface MathMatchOptions<T extends Task> extends MathEquivalentOptions {
  /** The right answer of a task. */
  readonly expected: (task: T) => string;
}

/**
 * Correct when the final answer is mathematically the expected one (`mathEquivalent`). No answer is incorrect; an
 * expected answer that is blank equals nothing and is refused.
 *
 * @throws RangeError (the verifier) for a blank expected answer.
 * @example mathMatch({ expected: (task) => task.hidden.answer });
 */
export function mathMatch<T extends Task>({ expected, ...options }: MathMatchOptions<T>): Verifier<T> {
  return async (task, { answer }) => {
    const gold = expected(task);
    if (gold.trim() === '')
      throw new RangeError(`expected: must not be blank in task ${task.id}, got ${JSON.stringify(gold)}`);
    return { status: answer !== null && mathEquivalent(answer, gold, options) ? 'correct' : 'incorrect' };
  };
}
