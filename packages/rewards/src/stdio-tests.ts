import type { CodeRunner, Task, Trajectory } from '@turnwise/trajectory';
import { REPORTER, readReport } from './program-report.js';
import { runVerdict } from './run-verdict.js';
import type { Verifier } from './verifier.js';

/** What a program is given to read, and what it must print. */
export interface StdioTest {
  readonly stdin: string;
  readonly stdout: string;
}

/** Options of `stdioTests`. */
export interface StdioTestsOptions<T extends Task> {
  readonly runner: CodeRunner;
  /** At least one; one program runs for each, until one fails. */
  readonly tests: (task: T) => readonly StdioTest[];
  /** The source to test; by default the final answer. */
  readonly source?: (task: T, trajectory: Trajectory) => string | null;
}

/**
 * Correct when a JavaScript program prints what it must for every input. It reads `stdin`, the whole text, or
 * `readline()`, line after line and `null` at the end, and prints by `console.log`. Trailing white space of a line and
 * blank lines at the end do not count. What it must print never enters the program.
 *
 * Failures are judged as by `programTests`: an infrastructure failure of the runner in any test is one of the verdict.
 *
 * @throws RangeError (the verifier) for a task without tests.
 */
export function stdioTests<T extends Task>({
  runner,
  tests,
  source = (_, trajectory) => trajectory.answer,
}: StdioTestsOptions<T>): Verifier<T> {
  return async (task, trajectory, signal) => {
    const cases = tests(task);
    if (cases.length === 0) throw new RangeError(`tests: must hold at least one test in task ${task.id}, got 0`);
    const code = source(task, trajectory);
    if (code === null || code.trim() === '') return { status: 'incorrect' };
    for (const { stdin, stdout } of cases) {
      const result = await runner.run(writeProgram(code, stdin), signal ? { signal } : {});
      const verdict = runVerdict(result, (text) => {
        const printed = readReport(text, 1)?.[0];
        return typeof printed === 'string' && trimmedLines(printed) === trimmedLines(stdout);
      });
      if (verdict.status !== 'correct') return verdict;
    }
    return { status: 'correct' };
  };
}

function writeProgram(code: string, stdin: string): string {
  return `${REPORTER}
turnwiseReport([() => {
  let printed = '';
  const shown = (value) => (typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value));
  const console = { log: (...values) => { printed += values.map(shown).join(' ') + '\\n'; } };
  const stdin = ${JSON.stringify(stdin)};
  const lines = stdin.replace(/\\n$/, '').split('\\n');
  let next = 0;
  const readline = () => (next < lines.length ? lines[next++] : null);
  (() => {
${code}
  })();
  return printed;
}])`;
}

function trimmedLines(text: string): string {
  return text
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
    .trimEnd();
}
