import { expect, test } from 'vitest';
import { callTool } from './call-tool.js';
import { defineTool } from './define-tool.js';
import { ToolError } from './tool-error.js';

const toolThat = (execute: (input: { x?: unknown }) => unknown) =>
  defineTool({
    name: 't',
    description: 'For a test.',
    inputSchema: { type: 'object', properties: { x: { type: 'number' } }, required: ['x'] },
    execute,
  });

test.each<[string, unknown, unknown]>([
  ['a string is shown bare', 'a\u0007b', { status: 'ok', text: 'a\\u0007b' }],
  ['anything else as JSON', { a: [1] }, { status: 'ok', text: '{"a":[1]}' }],
  ['nothing by its name', undefined, { status: 'ok', text: 'undefined' }],
  [
    'too much',
    'x'.repeat(70_000),
    { status: 'output-limit', text: 'tool t: the result has 70002 bytes, the limit is 65536' },
  ],
  ['what is no JSON', 1n, { status: 'infrastructure-failure', text: 'tool t failed' }],
])('%s', async (_, value, result) => {
  expect(
    await callTool(
      toolThat(() => value),
      { x: 1 },
    ),
  ).toEqual(result);
});

test('wrong arguments and a ToolError are errors; other exceptions are nobody else’s business', async () => {
  const never = toolThat(() => expect.unreachable());
  expect(await callTool(never, { x: 'one' })).toMatchObject({
    status: 'error',
    text: expect.stringMatching(/^tool t: x: /),
  });
  expect(await callTool(never, null)).toEqual({ status: 'error', text: 'tool t: must be an object' });
  const refusing = toolThat(() => {
    throw new ToolError('no');
  });
  expect(await callTool(refusing, { x: 1 })).toEqual({ status: 'error', text: 'tool t: no' });
  const failing = toolThat(() => {
    throw new Error('secret');
  });
  expect(await callTool(failing, { x: 1 })).toEqual({ status: 'infrastructure-failure', text: 'tool t failed' });
});

test('ends in time, and when nobody waits', async () => {
  const endless = toolThat(() => new Promise(() => {}));
  expect(await callTool(endless, { x: 1 }, { toolMs: 20 })).toEqual({
    status: 'timeout',
    text: 'tool t: the time limit is 20 ms',
  });
  const controller = new AbortController();
  const call = callTool(endless, { x: 1 }, { signal: controller.signal });
  controller.abort();
  expect(await call).toEqual({ status: 'infrastructure-failure', text: 'tool t: the call was aborted' });
  expect((await callTool(endless, { x: 1 }, { signal: controller.signal })).status).toBe('infrastructure-failure');
});
