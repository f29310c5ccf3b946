import { createSandbox, type Sandbox } from '@turnwise/sandbox';
import type { ToolCall } from '@turnwise/trajectory';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TaskRow, type TrainerTask, taskOfRow } from './task-schema.js';
import { disabledTools, taskTools } from './tools.js';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await createSandbox({ children: 1 });
});
afterAll(() => sandbox.close());

const taskWith = (tool: TaskRow['tools'][number]): TrainerTask =>
  taskOfRow({ id: 't', family: 'f', prompt: '?', tools: [tool], verifier: { kind: 'text', expected: 'x' } });
const callOf = (name: string, text: string): ToolCall => ({
  id: 'c',
  name,
  arguments: { [{ js: 'code', look: 'fact', test: 'program' }[name] ?? '']: text },
});

/** The results of calls of one trajectory, one after the other. */
async function results(task: TrainerTask, ...calls: readonly ToolCall[]) {
  const session = await taskTools(sandbox).open(task, 1);
  const all = [];
  for (const call of calls) all.push(await session.call(call));
  await session.close();
  return all;
}

describe('js', () => {
  const task = taskWith({ name: 'js', maxCharacters: 9 });

  it('keeps variables from turn to turn, and errors are results', async () => {
    const [kept, sum, thrown] = await results(task, callOf('js', 'a=12*7'), callOf('js', '83+a-29'), callOf('js', 'b'));
    expect([kept, sum]).toEqual([
      { status: 'ok', text: '84' },
      { status: 'ok', text: '138' },
    ]);
    expect(thrown).toMatchObject({ status: 'error', text: expect.stringContaining('b is not defined') });
  });

  it('shares nothing between two trajectories', async () => {
    await results(task, callOf('js', 'a=1'));
    expect((await results(task, callOf('js', 'a')))[0]?.status).toBe('error');
  });

  it('states its limit in the schema and names its code', () => {
    const [definition] = taskTools(sandbox).definitions(task);
    expect(definition).toMatchObject({
      name: 'js',
      codeArgument: 'code',
      inputSchema: { properties: { code: { maxLength: 9 } } },
    });
  });
});

describe('look', () => {
  const task = taskWith({ name: 'look', facts: { 'mia.boss': 'tom' } });

  it('answers from the facts of its task', async () => {
    expect(await results(task, callOf('look', 'mia.boss'), callOf('look', 'tom.boss'))).toEqual([
      { status: 'ok', text: 'tom' },
      { status: 'error', text: 'no such fact' },
    ]);
  });

  it('is no code, so that shaping reads the whole call', () => {
    expect(taskTools(sandbox).definitions(task)[0]).not.toHaveProperty('codeArgument');
  });
});

describe('test', () => {
  const visibleTests = [
    { name: 'low', args: [2], expected: 4 },
    { name: 'high', args: [5], expected: 25 },
  ];
  const task = taskWith({ name: 'test', maxCharacters: 40, visibleTests });

  it('names the first visible test that fails', async () => {
    const programs = ['x=>x*x', 'x=>x+2', 'x=>0'].map((program) => callOf('test', program));
    expect((await results(task, ...programs)).map((result) => result.text)).toEqual(['pass', 'fail high', 'fail low']);
  });

  it('cannot be told that it passed', async () => {
    // Closes the bracket that the program stands in and returns what a passing program would have computed but for one.
    const [result] = await results(task, callOf('test', '0);return "pass";(0'));
    expect(result).toEqual({ status: 'ok', text: 'fail low' });
  });

  it('gives an error for what is no function of the arguments', async () => {
    const [broken, thrown] = await results(task, callOf('test', 'x=>'), callOf('test', '7'));
    expect([broken?.status, thrown?.status]).toEqual(['error', 'error']);
  });
});

it('turned off, every call is an error', async () => {
  const task = taskWith({ name: 'js', maxCharacters: 9 });
  const session = await disabledTools().open(task, 1);
  expect(await session.call(callOf('js', '1'))).toEqual({ status: 'error', text: 'tools are off' });
  await session.close();
});
