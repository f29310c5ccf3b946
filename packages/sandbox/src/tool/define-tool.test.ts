import { expect, test } from 'vitest';
import { z } from 'zod';
import { defineTool } from './define-tool.js';

const signal = new AbortController().signal;
const runJs = {
  name: 'run_js',
  description: 'Runs JavaScript.',
  inputSchema: { type: 'object', properties: { code: { type: 'string' } }, required: ['code'] },
  codeArgument: 'code',
  execute: ({ code }: { code: string }) => code.toUpperCase(),
};

test('a JSON Schema is what the policy sees and what calls are checked with', async () => {
  const tool = defineTool(runJs);
  expect(Object.isFrozen(tool)).toBe(true);
  expect(tool.inputSchema).toEqual(runJs.inputSchema);
  expect(await tool.check({ code: 'x' })).toEqual({ status: 'valid', input: { code: 'x' } });
  expect(await tool.check({})).toMatchObject({ status: 'invalid', message: expect.stringContaining('code') });
  expect(await tool.check({ code: 1 })).toMatchObject({ message: expect.stringMatching(/^code: .*string/) });
  expect(await tool.check(undefined)).toMatchObject({ status: 'invalid' });
  expect(await tool.check({ '\ud800': 1, code: 1 })).toMatchObject({ status: 'invalid' });
  expect(await tool.execute({ code: 'x' }, { signal })).toBe('X');
});

test('a Standard Schema is written as JSON Schema, and may change the arguments', async () => {
  const tool = defineTool({
    name: 'add',
    description: 'Adds.',
    inputSchema: z.object({ a: z.number(), b: z.number().default(2) }),
    execute: ({ a, b }) => a + b,
  });
  expect(tool.inputSchema).toMatchObject({ type: 'object', properties: { a: { type: 'number' } }, required: ['a'] });
  const checked = await tool.check({ a: 1 });
  expect(checked).toEqual({ status: 'valid', input: { a: 1, b: 2 } });
  // 1 + 2 = 3
  if (checked.status === 'valid') expect(await tool.execute(checked.input, { signal })).toBe(3);
  expect(await tool.check({ a: 'one' })).toMatchObject({ status: 'invalid', message: expect.stringMatching(/^a: /) });
});

test('a Standard Schema that cannot write itself needs the JSON Schema beside it', () => {
  const inputSchema = {
    '~standard': { version: 1, vendor: 'tiny', validate: (value: unknown) => ({ value }) },
  } as const;
  const options = { name: 'any', description: 'Takes all.', inputSchema, execute: (input: unknown) => input };
  expect(() => defineTool(options)).toThrow('tool.inputSchema: must be able to write itself as JSON Schema; tiny');
  expect(defineTool({ ...options, jsonSchema: { type: 'object' } }).inputSchema).toEqual({ type: 'object' });
});

test.each([
  [{ name: '1st' }, 'tool.name: must be at most 64 letters'],
  [{ description: ' ' }, 'tool.description: must not be empty'],
  [{ inputSchema: { type: 'array' } }, 'tool.inputSchema.type: must be "object", got "array"'],
  [{ codeArgument: 'source' }, "tool.codeArgument: must be one of the schema's properties (code), got source"],
])('refuses %o', (change, message) => {
  expect(() => defineTool({ ...runJs, ...change })).toThrow(message);
});
