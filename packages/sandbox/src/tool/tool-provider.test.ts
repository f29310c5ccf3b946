import { expect, test } from 'vitest';
import { add, fail } from '../../test/adapters-fixture.js';
import { toolProvider } from './tool-provider.js';

test('a rollout sees the tools and calls them', async () => {
  const provider = toolProvider([add, fail], { toolMs: 30 });
  expect(provider.definitions(null).map(({ name }) => name)).toEqual(['add', 'fail']);
  const session = await provider.open(null, 0);
  const call = (name: string, args: Record<string, unknown>, signal?: AbortSignal) =>
    session.call({ id: '1', name, arguments: args }, signal && { signal });
  expect(await call('add', { a: 1 })).toEqual({ status: 'ok', text: '11' });
  expect(await call('fail', { how: 'told' })).toEqual({ status: 'error', text: 'tool fail: no such city' });
  expect((await call('fail', { how: 'late' })).status).toBe('timeout');
  expect((await call('fail', { how: 'late' }, AbortSignal.abort())).status).toBe('infrastructure-failure');
  expect(await call('gone', {})).toEqual({ status: 'error', text: 'there is no tool gone' });
  await session.close();
});

test('names must differ', () => {
  expect(() => toolProvider([add, add])).toThrow('tools: must have different names, got add, add');
});
