import type { Task } from '@turnwise/trajectory';
import type { Verifier } from './verifier.js';

/** Options of `numericMatch`. */
export interface NumericMatchOptions<T extends Task> {
  /** The right answer of a task. */
  readonly expected: (task: T) => number;
  /** Of the expected number, at least 0. A function gives each task its own. */
  readonly relativeTolerance?: number | ((task: T) => number);
  /** What is allowed around an expected 0, at least 0. */
  readonly absoluteTolerance?: number;
}

const DECIMAL = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;

/**
 * Correct when the final answer is a decimal number within tolerance of the expected one:
 *
 *     |answer - expected| <= max(absoluteTolerance, relativeTolerance * |expected|)
 *
 * The whole answer must be the number: `12`, `-0.5`, `1e3`, with outer white space; units, separators, hexadecimal,
 * `NaN`, `Infinity` and what overflows are incorrect. NaN equals nothing.
 *
 * @throws RangeError (the verifier) when the expected number is not finite or a tolerance is negative.
 */
export function numericMatch<T extends Task>({
  expected,
  relativeTolerance = 1e-6,
  absoluteTolerance = 0,
}: NumericMatchOptions<T>): Verifier<T> {
  checkTolerance('absoluteTolerance', absoluteTolerance);
  if (typeof relativeTolerance === 'number') checkTolerance('relativeTolerance', relativeTolerance);
  return async (task, { answer }) => {
    const target = expected(task);
    if (!Number.isFinite(target)) throw new RangeError(`expected: must be finite in task ${task.id}, got ${target}`);
    const relative = typeof relativeTolerance === 'number' ? relativeTolerance : relativeTolerance(task);
    checkTolerance('relativeTolerance', relative);
    const given = parseDecimal(answer ?? '');
    const close = Math.abs(given - target) <= Math.max(absoluteTolerance, relative * Math.abs(target));
    return { status: close ? 'correct' : 'incorrect' };
  };
}

/** NaN for anything that is not a finite decimal number. */
function parseDecimal(text: string): number {
  const trimmed = text.trim();
  const value = DECIMAL.test(trimmed) ? Number(trimmed) : Number.NaN;
  return Number.isFinite(value) ? value : Number.NaN;
}

function checkTolerance(name: string, value: number): void {
  if (!(value >= 0 && Number.isFinite(value))) {
    throw new RangeError(`${name}: must be finite and at least 0, got ${value}`);
  }
}
