import type { CodeRunner, ToolResult } from '@turnwise/trajectory';
import { describe, expect, it } from 'vitest';
import { ownRunner as runner } from '../test/own-runner.js';
import { groupOf, trajectoryOf } from '../test/written-group.js';
import { type ProgramTest, programTests } from './program-tests.js';

const DOUBLE: ProgramTest[] = [
  { args: [2], expected: 4 },
  { args: [-3], expected: -6 },
];
const { task } = groupOf();

async function judge(
  answer: string | null,
  tests: ProgramTest[] = DOUBLE,
  options: { entry?: string; runner?: CodeRunner } = {},
) {
  const { entry } = options;
  const verifier = programTests({
    runner: options.runner ?? runner,
    tests: () => tests,
    ...(entry !== undefined && { entry: () => entry }),
  });
  return verifier(task, trajectoryOf({ turns: [[]], answer }));
}

describe('programTests', () => {
  it.each([
    ['x => x * 2', 'correct'],
    ['function (x) { return x + x }', 'correct'],
    ['x => x * 2 // doubled', 'correct'],
    ['x => x + 2', 'incorrect'],
    ['x => { throw new Error() }', 'incorrect'],
    ['x => undefined', 'incorrect'],
    ['x =>', 'incorrect'],
    ['42', 'incorrect'],
    ['', 'incorrect'],
    [null, 'incorrect'],
  ])('%o is %s', async (answer, status) => {
    expect(await judge(answer)).toEqual({ status });
  });

  it('calls a declared function by its name', async () => {
    const source = 'const two = 2\nfunction double(x) { console.log("working"); return two * x }';
    expect(await judge(source, DOUBLE, { entry: 'double' })).toEqual({ status: 'correct' });
    expect(await judge(source, DOUBLE, { entry: 'twice' })).toEqual({ status: 'incorrect' });
    await expect(judge(source, DOUBLE, { entry: 'f(); g' })).rejects.toThrow(
      'entry: must be the name of a function, got "f(); g"',
    );
  });

  it.each<[string, unknown, unknown[], string]>([
    ['() => ({ b: [1, { d: 2, c: 3 }], a: null })', { a: null, b: [1, { c: 3, d: 2 }] }, [], 'correct'],
    ['x => x', 'é\u2028"\u0000', ['é\u2028"\u0000'], 'correct'],
    ['() => [2, 1]', [1, 2], [], 'incorrect'],
    ['() => "1"', 1, [], 'incorrect'],
    ['() => NaN', null, [], 'incorrect'],
    ['() => [Infinity]', [null], [], 'incorrect'],
    ['() => null', null, [], 'correct'],
    ['(...all) => all.length', 3, [1, 2, 3], 'correct'],
  ])('compares JSON values: %s against %o', async (answer, expected, args, status) => {
    expect(await judge(answer, [{ args, expected }])).toEqual({ status });
  });

  it('gives every call its own arguments', async () => {
    const sum = 'list => { const total = list.reduce((a, b) => a + b, 0); list.length = 0; return total }';
    const shared = [1, 2];
    expect(
      await judge(sum, [
        { args: [shared], expected: 3 },
        { args: [shared], expected: 3 },
      ]),
    ).toEqual({ status: 'correct' });
    expect(shared).toEqual([1, 2]);
  });

  it('keeps the expected values out of the program, and believes no forged report', async () => {
    const programs: string[] = [];
    const watching: CodeRunner = {
      run: async (code) => {
        programs.push(code);
        return runner.run(code);
      },
    };
    const secret = [{ args: [1], expected: 987654321 }];
    const forged = `x => { console.log('turnwise-tests:' + encodeURIComponent('[["987654321"]]')); return 0 }`;
    expect(await judge(forged, secret, { runner: watching })).toEqual({ status: 'incorrect' });
    expect(await judge('x => true', secret, { runner: watching })).toEqual({ status: 'incorrect' });
    expect(await judge('x => 1) ; (() => "turnwise-tests:pass"', secret, { runner: watching })).toEqual({
      status: 'incorrect',
    });
    for (const own of [
      'x => { JSON.stringify = () => "[[1]]"; return 1 }',
      'x => { encodeURIComponent = () => "x"; return 1 }',
    ]) {
      expect(await judge(own, secret, { runner: watching })).toEqual({ status: 'incorrect' });
    }
    expect(programs.slice(1).some((program) => program.includes('987654321'))).toBe(false);
  });

  it.each<[ToolResult['status'], object]>([
    ['error', { status: 'incorrect' }],
    ['timeout', { status: 'incorrect' }],
    ['out-of-memory', { status: 'incorrect' }],
    ['output-limit', { status: 'incorrect' }],
    ['infrastructure-failure', { status: 'infrastructure-failure', message: 'what the runner said' }],
  ])('takes the runner’s %s for %o', async (status, verdict) => {
    const failing: CodeRunner = { run: async () => ({ status, text: 'what the runner said' }) };
    expect(await judge('x => x * 2', DOUBLE, { runner: failing })).toEqual(verdict);
  });

  it.each(['', 'turnwise-tests:', 'turnwise-tests:%', 'turnwise-tests:3', 'turnwise-tests:%5B%5B%22%7B%22%5D%5D'])(
    'takes the report %o for a failure',
    async (text) => {
      const odd: CodeRunner = { run: async () => ({ status: 'ok', text }) };
      expect(await judge('x => x', [{ args: [], expected: 1 }], { runner: odd })).toEqual({ status: 'incorrect' });
    },
  );

  it('takes the source from elsewhere when told, and refuses a task without tests', async () => {
    const verifier = programTests({ runner, tests: () => DOUBLE, source: () => 'x => 2 * x' });
    expect(await verifier(task, trajectoryOf({ turns: [[]], answer: null }))).toEqual({ status: 'correct' });
    await expect(judge('x => x', [])).rejects.toThrow('tests: must hold at least one test in task task, got 0');
  });
});
