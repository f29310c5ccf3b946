import type { CodeRunner, Task, Trajectory } from '@turnwise/trajectory';
import { canonicalJson } from './canonical-json.js';
import { MARK } from './program-report.js';
import { runVerdict } from './run-verdict.js';
import type { Verifier } from './verifier.js';

/** A call of the function under test and the value it must return. */
export interface ProgramTest {
  /** JSON values. */
  readonly args: readonly unknown[];
  /** A JSON value. */
  readonly expected: unknown;
}

/** Options of `programTests`. */
export interface ProgramTestsOptions<T extends Task> {
  /** Runs the program; the sandbox implements it. */
  readonly runner: CodeRunner;
  /** The hidden tests of a task, at least one. */
  readonly tests: (task: T) => readonly ProgramTest[];
  /** The source to test; by default the final answer. */
  readonly source?: (task: T, trajectory: Trajectory) => string | null;
  /** Name of the function that the source declares; without it the source is one expression, the function itself. */
  readonly entry?: (task: T) => string;
}

/**
 * Correct when a JavaScript function passes all hidden tests.
 *
 * One program runs: the source, then a call per test; its last value is what the calls returned. The expected values
 * never enter the program: they are compared out here as JSON, whatever the order of keys, so that the code under test
 * can neither read them nor report a success that is none. A call that throws or returns what is no JSON (`undefined`,
 * NaN, a function) passes no test. Functions must be synchronous.
 *
 * An error, a timeout, too much memory or output is the code's own doing: incorrect. An infrastructure failure of the
 * runner is passed on as one.
 *
 * @throws RangeError (the verifier) for a task without tests, or an entry that is no name.
 */
export function programTests<T extends Task>({
  runner,
  tests,
  source = (_, trajectory) => trajectory.answer,
  entry,
}: ProgramTestsOptions<T>): Verifier<T> {
  return async (task, trajectory, signal) => {
    const cases = tests(task);
    if (cases.length === 0) throw new RangeError(`tests: must hold at least one test in task ${task.id}, got 0`);
    const code = source(task, trajectory);
    if (code === null || code.trim() === '') return { status: 'incorrect' };
    const result = await runner.run(writeProgram(code, cases, entry?.(task)), signal ? { signal } : {});
    return runVerdict(result, (text) => passes(text, cases));
  };
}

function writeProgram(code: string, tests: readonly ProgramTest[], entry: string | undefined): string {
  if (entry !== undefined && !/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(entry)) {
    throw new RangeError(`entry: must be the name of a function, got ${JSON.stringify(entry)}`);
  }
  const args = JSON.stringify(JSON.stringify(tests.map((test) => test.args)));
  return `${entry === undefined ? '' : `${code}\n;`}(() => {
  const call = ${entry ?? `(${code}\n)`};
  const plain = (key, value) => (typeof value === 'number' && !Number.isFinite(value) ? { number: String(value) } : value);
  const results = JSON.parse(${args}).map((args) => {
    try { return [JSON.stringify(call(...args), plain)]; } catch { return []; }
  });
  return ${JSON.stringify(MARK)} + encodeURIComponent(JSON.stringify(results));
})()`;
}

function passes(text: string, tests: readonly ProgramTest[]): boolean {
  const results = readResults(text);
  return (
    results.length === tests.length &&
    tests.every(({ expected }, i) => {
      const result = results[i];
      return result !== null && result !== undefined && canonicalJson(JSON.parse(result)) === canonicalJson(expected);
    })
  );
}

/** What the calls returned, as JSON texts; `null` where there is none; empty when the program reported nothing. */
function readResults(text: string): (string | null)[] {
  const reported = text.slice(text.lastIndexOf(MARK) + MARK.length).match(/^[\w%.~!*'()-]*/)?.[0] ?? '';
  if (!text.includes(MARK)) return [];
  try {
    const results: unknown = JSON.parse(decodeURIComponent(reported));
    return Array.isArray(results) ? results.map((result: unknown) => jsonText(result)) : [];
  } catch {
    return [];
  }
}

function jsonText(result: unknown): string | null {
  const text: unknown = Array.isArray(result) ? result[0] : null;
  if (typeof text !== 'string') return null;
  JSON.parse(text);
  return text;
}
