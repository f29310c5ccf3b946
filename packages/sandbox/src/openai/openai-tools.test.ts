import OpenAI from 'openai';
import { expect, test } from 'vitest';
import { add, fail } from '../../test/adapters-fixture.js';
import { callTool, type Tool } from '../index.js';
import { fromOpenAiTools, toOpenAiTools } from './index.js';

/** The real client over a model that says these things, one after the other; and what it was asked. */
function scripted(...replies: object[]) {
  const asked: { tools: unknown; messages: { role: string; content: unknown }[] }[] = [];
  const client = new OpenAI({
    apiKey: 'none',
    maxRetries: 0,
    fetch: async (_url, init) => {
      asked.push(JSON.parse(String(init?.body)));
      const message = { role: 'assistant', content: null, ...replies[asked.length - 1] };
      const finish_reason = 'tool_calls' in message ? 'tool_calls' : 'stop';
      const body = {
        id: 'x',
        object: 'chat.completion',
        created: 0,
        model: 'm',
        choices: [{ index: 0, message, finish_reason }],
      };
      return new Response(JSON.stringify(body), { headers: { 'content-type': 'application/json' } });
    },
  });
  return { client, asked };
}

const call = (name: string, args: string) => ({
  tool_calls: [{ id: 'call_1', type: 'function', function: { name, arguments: args } }],
});

test('runTools of the openai package calls our tools', async () => {
  const { client, asked } = scripted(call('add', '{"a":2}'), { content: 'It is 12.' });
  const tools = toOpenAiTools([add]);
  const runner = client.chat.completions.runTools({
    model: 'm',
    messages: [{ role: 'user', content: '2 + 10' }],
    tools,
  });
  expect(await runner.finalContent()).toBe('It is 12.');
  expect(asked[0]?.tools).toEqual([
    {
      type: 'function',
      function: {
        name: 'add',
        description: 'Adds two numbers.',
        parameters: expect.objectContaining({ type: 'object' }),
      },
    },
  ]);
  expect(asked[1]?.messages.at(-1)).toMatchObject({ role: 'tool', content: '12' });
});

test.each([
  ['{"a":"x"}', add, /^tool add: a: /],
  ['{"how":"told"}', fail, /^tool fail: no such city$/],
  ['', fail, /^tool fail: /],
])('the model reads what is wrong with %s', async (args, tool, content) => {
  const { client, asked } = scripted(call(tool.name, args), { content: 'Oh.' });
  const runner = client.chat.completions.runTools({
    model: 'm',
    messages: [{ role: 'user', content: 'go' }],
    tools: toOpenAiTools([tool]),
  });
  await runner.finalContent();
  expect(asked[1]?.messages.at(-1)?.content).toMatch(content);
});

test('an infrastructure failure is an exception that names nothing of the host', async () => {
  const [tool] = toOpenAiTools([fail]);
  await expect(tool?.function.function({ how: 'untold' })).rejects.toThrow(/^tool fail failed$/);
  const [late] = toOpenAiTools([fail], { toolMs: 20 });
  expect(await late?.function.function({ how: 'late' })).toBe('tool fail: the time limit is 20 ms');
});

test('a tool survives the way there and back', async () => {
  const [back] = fromOpenAiTools(toOpenAiTools([add])) as [Tool];
  expect([back.name, back.description, back.inputSchema]).toEqual([add.name, add.description, add.inputSchema]);
  expect(await callTool(back, { a: 1, b: 2 })).toEqual({ status: 'ok', text: '3' });
  expect((await callTool(back, { a: 'x' })).status).toBe('error');
});

test('a tool without parse gets the text of the model', async () => {
  const seen: unknown[] = [];
  const [tool] = fromOpenAiTools([
    { type: 'function', function: { name: 'echo', function: (args: string) => void seen.push(args) } },
  ]);
  expect(await callTool(tool as Tool, { x: 1 })).toEqual({ status: 'ok', text: 'undefined' });
  expect(seen).toEqual(['{"x":1}']);
});

test('names must differ', () => {
  expect(() => toOpenAiTools([add, add])).toThrow(new RangeError('tools: names must differ, got add twice'));
});
