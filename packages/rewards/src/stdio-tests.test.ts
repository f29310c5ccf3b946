import type { CodeRunner, ToolResult } from '@turnwise/trajectory';
import { describe, expect, it, vi } from 'vitest';
import { ownRunner } from '../test/own-runner.js';
import { groupOf, trajectoryOf } from '../test/written-group.js';
import { stdioTests } from './stdio-tests.js';

const { task } = groupOf();
const ADD = [
  { stdin: '2 3\n', stdout: '5\n' },
  { stdin: '-1 1', stdout: '0' },
];
const judge = (answer: string | null, tests = ADD, runner: CodeRunner = ownRunner) =>
  stdioTests({ runner, tests: () => tests })(task, trajectoryOf({ turns: [[]], answer }));

describe('stdioTests', () => {
  it.each([
    ['const [a, b] = readline().split(" ").map(Number); console.log(a + b)', 'correct'],
    ['console.log(stdin.trim().split(" ").reduce((a, b) => a + Number(b), 0), ""); console.log()', 'correct'],
    ['console.log(5)', 'incorrect'],
    ['throw new Error()', 'incorrect'],
    ['console.log(', 'incorrect'],
    [null, 'incorrect'],
  ])('%o is %s', async (answer, status) => {
    expect(await judge(answer)).toEqual({ status });
  });

  it('reads line after line, null at the end', async () => {
    const count = 'let n = 0; while (readline() !== null) n++; console.log(n)';
    expect(await judge(count, [{ stdin: 'a\n\nb\n', stdout: '3' }])).toEqual({ status: 'correct' });
  });

  it('believes no printed report', async () => {
    const forged = 'console.log("turnwise-tests:1!" + encodeURIComponent(JSON.stringify("5")))';
    expect(await judge(forged, [{ stdin: '', stdout: '5' }])).toEqual({ status: 'incorrect' });
  });

  it('stops at the first failure, and passes ours on', async () => {
    const run = vi.fn(async (): Promise<ToolResult> => ({ status: 'timeout', text: '' }));
    expect(await judge('1', ADD, { run })).toEqual({ status: 'incorrect' });
    expect(run).toHaveBeenCalledTimes(1);
    const away: CodeRunner = { run: async () => ({ status: 'infrastructure-failure', text: 'gone' }) };
    expect(await judge('1', ADD, away)).toEqual({ status: 'infrastructure-failure', message: 'gone' });
    await expect(judge('1', [])).rejects.toThrow('tests: must hold at least one test in task task, got 0');
  });
});
