import type { CodeRunner, Task, Trajectory } from '@turnwise/trajectory';
import { canonicalJson } from './canonical-json.js';
import { REPORTER, readReport } from './program-report.js';
import { runVerdict } from './run-verdict.js';
import type { Verifier } from './verifier.js';

/** A JavaScript expression over what the source declares, and the JSON value that it must have; `true` by default. */
export interface ProgramAssertion {
  readonly expression: string;
  readonly expected?: unknown;
}

/** Options of `assertionTests`. */
export interface AssertionTestsOptions<T extends Task> {
  readonly runner: CodeRunner;
  /** At least one. */
  readonly assertions: (task: T) => readonly ProgramAssertion[];
  /** The source to test; by default the final answer. */
  readonly source?: (task: T, trajectory: Trajectory) => string | null;
}

/**
 * Correct when every assertion holds after the source ran: `{ expression: 'stack.push(2).size', expected: 1 }`. The
 * expressions run in order in one program and see what the source declares; expected values are compared out here and
 * never enter it. An expression whose expected value is left out must be `true`, not merely truthy; prefer a value,
 * because what compares inside the program can be met by an object that is made to please.
 *
 * Failures are judged as by `programTests`.
 *
 * @throws RangeError (the verifier) for a task without assertions.
 */
export function assertionTests<T extends Task>({
  runner,
  assertions,
  source = (_, trajectory) => trajectory.answer,
}: AssertionTestsOptions<T>): Verifier<T> {
  return async (task, trajectory, signal) => {
    const checks = assertions(task);
    if (checks.length === 0) throw new RangeError(`assertions: must hold at least one in task ${task.id}, got 0`);
    const code = source(task, trajectory);
    if (code === null || code.trim() === '') return { status: 'incorrect' };
    const calls = checks.map(({ expression }) => `() => (${expression}\n)`).join(',\n');
    const program = `${REPORTER}\n${code}\n;turnwiseReport([${calls}])`;
    const result = await runner.run(program, signal ? { signal } : {});
    return runVerdict(result, (text) => {
      const values = readReport(text, checks.length);
      return checks.every(({ expected = true }, i) => {
        const value = values?.[i];
        return value !== undefined && canonicalJson(value) === canonicalJson(expected);
      });
    });
  };
}
