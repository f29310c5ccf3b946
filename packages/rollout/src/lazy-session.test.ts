import { expect, test } from 'vitest';
import { scriptedTools } from '../test/scripted-tools.js';
import { lazySession } from './lazy-session.js';

const task = { id: 't', family: 'f', prompt: [], hidden: null };
const call = { id: 'call_0', name: 'echo', arguments: { text: 'a' } };

test('opens at the first call, once, and closes once', async () => {
  const tools = scriptedTools();
  const session = lazySession(tools, task, 7);
  expect(tools.seeds).toEqual([]);
  expect(await session.call(call)).toEqual({ status: 'ok', text: 'a' });
  await session.call(call);
  expect(tools.seeds).toEqual([7]);
  expect(tools.openCount()).toBe(1);
  await session.close();
  await session.close();
  expect(tools.openCount()).toBe(0);
});

test('without a call nothing is opened', async () => {
  const tools = scriptedTools();
  await lazySession(tools, task, 7).close();
  expect(tools.seeds).toEqual([]);
});

test('a session that does not open fails its call and nothing else', async () => {
  const session = lazySession({ definitions: () => [], open: () => Promise.reject(new Error('no process')) }, task, 7);
  await expect(session.call(call)).rejects.toThrow('no process');
  await expect(session.close()).resolves.toBeUndefined();
});
