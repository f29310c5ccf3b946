import { generateText, isStepCount, jsonSchema, type ToolSet, tool } from 'ai';
import { MockLanguageModelV4 } from 'ai/test';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { add, fail } from '../../test/adapters-fixture.js';
import { callTool, type Tool, ToolError } from '../index.js';
import { fromAiTools, toAiTools } from './index.js';

const usage = {
  inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 1, text: 1, reasoning: 0 },
};

/** The real `generateText` over a model that calls one tool and then says `done`; gives what the model then read. */
async function afterCalling(tools: ToolSet, toolName: string, input: object) {
  const model = new MockLanguageModelV4({
    doGenerate: [
      {
        content: [{ type: 'tool-call', toolCallId: 'call_1', toolName, input: JSON.stringify(input) }],
        finishReason: { unified: 'tool-calls', raw: undefined },
        usage,
        warnings: [],
      },
      {
        content: [{ type: 'text', text: 'done' }],
        finishReason: { unified: 'stop', raw: undefined },
        usage,
        warnings: [],
      },
    ],
  });
  const { text } = await generateText({ model, tools, prompt: 'go', stopWhen: isStepCount(2) });
  expect(text).toBe('done');
  const last = model.doGenerateCalls[1]?.prompt.at(-1);
  const part = last?.role === 'tool' ? last.content[0] : undefined;
  return { definition: model.doGenerateCalls[0]?.tools?.[0], read: part?.type === 'tool-result' ? part.output : part };
}

describe('our tools in the AI SDK', () => {
  test('are called, and the model reads the text of the result', async () => {
    const { definition, read } = await afterCalling(toAiTools([add]), 'add', { a: 2 });
    expect(definition).toMatchObject({
      type: 'function',
      name: 'add',
      description: 'Adds two numbers.',
      inputSchema: { type: 'object', required: ['a'] },
    });
    expect(read).toMatchObject({ type: 'text', value: '12' });
  });

  test.each([
    ['arguments that do not fit', { how: 'otherwise' }, /enum|how/],
    ['what the tool tells', { how: 'told' }, /^tool fail: no such city$/],
    ['a time that is over', { how: 'late' }, /^tool fail: the time limit is 30 ms$/],
    ['nothing of the host', { how: 'untold' }, /tool fail failed$/],
  ])('tell the model of %s as an error', async (_name, input, message) => {
    const { read } = await afterCalling(toAiTools([fail], { toolMs: 30 }), 'fail', input);
    expect(read).toMatchObject({ type: 'error-text', value: expect.stringMatching(message) });
  });

  test('must have different names', () => {
    expect(() => toAiTools([add, add])).toThrow(new RangeError('tools: names must differ, got add twice'));
  });
});

describe('tools of the AI SDK as ours', () => {
  const one = async (given: ToolSet[string]): Promise<Tool> => (await fromAiTools({ it: given }))[0] as Tool;

  test('are checked by their own schema, which may change what it checks', async () => {
    const double = await one(
      tool({
        description: 'Doubles.',
        inputSchema: z.object({ x: z.coerce.number() }),
        execute: async ({ x }) => ({ twice: 2 * x }),
      }),
    );
    expect([double.name, double.description, double.inputSchema['type']]).toEqual(['it', 'Doubles.', 'object']);
    expect(await callTool(double, { x: '21' })).toEqual({ status: 'ok', text: '{"twice":42}' });
    expect((await callTool(double, { x: 'y' })).status).toBe('error');
  });

  test('without a validator are checked by their JSON Schema', async () => {
    const schema = jsonSchema<{ x: number }>({
      type: 'object',
      properties: { x: { type: 'number' } },
      required: ['x'],
    });
    const identity = await one(tool({ inputSchema: schema, execute: async ({ x }) => x }));
    expect(await callTool(identity, { x: 3 })).toEqual({ status: 'ok', text: '3' });
    expect(await callTool(identity, {})).toMatchObject({ status: 'error' });
  });

  test('that stream count by their last output', async () => {
    const stream = await one(
      tool({
        inputSchema: z.object({}),
        async *execute() {
          yield 'working';
          yield 'ready';
        },
      }),
    );
    expect(await callTool(stream, {})).toEqual({ status: 'ok', text: 'ready' });
  });

  test('show the model what they want it to read', async () => {
    const shown = await one(
      tool({
        inputSchema: z.object({ ok: z.boolean() }),
        execute: async ({ ok }) => ok,
        toModelOutput: ({ output }) => ({ type: output ? 'text' : 'error-text', value: `it was ${output}` }),
      }),
    );
    expect(await callTool(shown, { ok: true })).toEqual({ status: 'ok', text: 'it was true' });
    expect(await callTool(shown, { ok: false })).toEqual({ status: 'error', text: 'tool it: it was false' });
  });

  test('hear the signal, and what they throw stays here unless it is for the model', async () => {
    const waiting = await one(
      tool({
        inputSchema: z.object({ told: z.boolean() }),
        execute: async ({ told }): Promise<string> => {
          throw told ? new ToolError('closed on Sundays') : new Error('secret');
        },
      }),
    );
    expect(await callTool(waiting, { told: true })).toEqual({ status: 'error', text: 'tool it: closed on Sundays' });
    expect(await callTool(waiting, { told: false })).toEqual({
      status: 'infrastructure-failure',
      text: 'tool it failed',
    });
  });

  test('survive the way there and back', async () => {
    const [back] = (await fromAiTools(toAiTools([add]))) as [Tool];
    expect(await callTool(back, { a: 2 })).toEqual({ status: 'ok', text: '12' });
  });

  test.each([
    [{ inputSchema: z.object({}) }, 'tools.it: must have execute, got none'],
    [
      { inputSchema: z.object({}), execute: async () => 1, needsApproval: true },
      'tools.it.needsApproval: must be false',
    ],
  ])('are refused when nobody can run them', async (given, message) => {
    await expect(fromAiTools({ it: given as ToolSet[string] })).rejects.toThrow(message);
  });
});
