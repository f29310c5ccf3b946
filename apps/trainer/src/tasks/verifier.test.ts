import type { CodeRunner, Trajectory } from '@turnwise/trajectory';
import { describe, expect, it } from 'vitest';
import { trajectoryOf } from '../../test/written-trajectory.js';
import { type TaskRow, taskOfRow, taskRowSchema } from './task-schema.js';
import { expectedAnswer, taskVerifier } from './verifier.js';

const taskWith = (verifier: unknown) =>
  taskOfRow(
    taskRowSchema.parse({ id: 't', family: 'f', prompt: '?', tools: [{ name: 'js' }], verifier }) satisfies TaskRow,
  );
const answering = (answer: string): Trajectory => trajectoryOf(0, ['answer'], { answer });
const noRunner: CodeRunner = {
  run: () => {
    throw new Error('nothing is to be run');
  },
};
const verdict = async (verifier: unknown, answer: string, runner = noRunner) =>
  (await taskVerifier(runner)(taskWith(verifier), answering(answer))).status;

describe('taskVerifier', () => {
  it('takes a number within the relative tolerance of the row, by default none', async () => {
    expect(await verdict({ kind: 'number', expected: 138 }, '138')).toBe('correct');
    expect(await verdict({ kind: 'number', expected: 138 }, '138.1')).toBe('incorrect');
    // 1 % of 138 is 1.38.
    expect(await verdict({ kind: 'number', expected: 138, tolerance: 0.01 }, '139.3')).toBe('correct');
    expect(await verdict({ kind: 'number', expected: 138, tolerance: 0.01 }, '139.5')).toBe('incorrect');
  });

  it('takes a text as it is, but for outer white space', async () => {
    expect(await verdict({ kind: 'text', expected: 'tom' }, ' tom ')).toBe('correct');
    expect(await verdict({ kind: 'text', expected: 'tom' }, 'Tom')).toBe('incorrect');
  });

  it('runs a program against the hidden tests', async () => {
    const hidden = { kind: 'program', hiddenTests: [{ name: 'low', args: [2], expected: 4 }] };
    const ran: string[] = [];
    const failing: CodeRunner = {
      run: async (code) => {
        ran.push(code);
        return { status: 'timeout', text: '' };
      },
    };
    expect(await verdict(hidden, 'x=>x*x', failing)).toBe('incorrect');
    expect(ran[0]).toContain('x=>x*x');
    expect(ran[0]).not.toContain('4');
    const gone: CodeRunner = { run: async () => ({ status: 'infrastructure-failure', text: 'gone' }) };
    expect(await verdict(hidden, 'x=>x*x', gone)).toBe('infrastructure-failure');
  });
});

it('expectedAnswer says what would have been right', () => {
  expect(expectedAnswer(taskWith({ kind: 'number', expected: 138 }))).toBe('138');
  const hiddenTests = [
    { name: 'low', args: [2, 3], expected: 5 },
    { name: 'high', args: [9, 1], expected: 10 },
  ];
  expect(expectedAnswer(taskWith({ kind: 'program', hiddenTests }))).toBe('f(2,3) = 5, f(9,1) = 10');
});
