import type { CodeRunner } from '@turnwise/trajectory';
import { describe, expect, it } from 'vitest';
import { ownRunner } from '../test/own-runner.js';
import { groupOf, trajectoryOf } from '../test/written-group.js';
import { assertionTests, type ProgramAssertion } from './assertion-tests.js';

const { task } = groupOf();
const SQUARE: ProgramAssertion[] = [{ expression: 'square(3)', expected: 9 }, { expression: 'square(-1) === 1' }];
const judge = (answer: string | null, assertions = SQUARE, runner: CodeRunner = ownRunner) =>
  assertionTests({ runner, assertions: () => assertions })(task, trajectoryOf({ turns: [[]], answer }));

describe('assertionTests', () => {
  it.each([
    ['const square = (x) => x * x', 'correct'],
    ['function square(x) { return x * x } // done', 'correct'],
    ['const square = (x) => x + 6', 'incorrect'],
    ['const square = (x) => { throw new Error() }', 'incorrect'],
    ['const other = 1', 'incorrect'],
    ['const square = (x) =>', 'incorrect'],
    ['', 'incorrect'],
    [null, 'incorrect'],
  ])('%o is %s', async (answer, status) => {
    expect(await judge(answer)).toEqual({ status });
  });

  it('keeps state from one expression to the next', async () => {
    const assertions = [
      { expression: '(list.push(4), list.length)', expected: 1 },
      { expression: 'list', expected: [4] },
    ];
    expect(await judge('const list = []', assertions)).toEqual({ status: 'correct' });
  });

  it.each([
    ['a truthy value that is not true', 'const square = () => 1'],
    ['a report of its own', 'console.log("turnwise-tests:2!9|true"); const square = () => 0'],
    ['a stringify of its own', 'JSON.stringify = () => "9"; const square = () => 0'],
    ['an end before the checks', '"turnwise-tests:2!9|true"; throw 0'],
    ['a comment over the checks', 'const square = () => 0 /*'],
  ])('believes no %s', async (_, answer) => {
    expect(await judge(answer)).toEqual({ status: 'incorrect' });
  });

  it('never puts an expected value into the program, and passes our failures on', async () => {
    let program = '';
    const away: CodeRunner = {
      run: async (code) => {
        program = code;
        return { status: 'infrastructure-failure', text: 'the host died' };
      },
    };
    const secret = [{ expression: 'f()', expected: 987654321 }];
    expect(await judge('const f = () => 1', secret, away)).toEqual({
      status: 'infrastructure-failure',
      message: 'the host died',
    });
    expect(program).toContain('f()');
    expect(program).not.toContain('987654321');
    await expect(judge('1', [])).rejects.toThrow('assertions: must hold at least one in task task, got 0');
  });
});
