import { expect, test } from 'vitest';
import { defineTool, type Tool } from './define-tool.js';

const tool: Tool<{ code: string }, string> = {
  name: 'run_js',
  description: 'Runs JavaScript.',
  inputSchema: { type: 'object', properties: { code: { type: 'string' } }, required: ['code'] },
  codeArgument: 'code',
  execute: ({ code }) => Promise.resolve(code.toUpperCase()),
};

test('gives the tool back, frozen', async () => {
  const defined = defineTool(tool);
  expect(Object.isFrozen(defined)).toBe(true);
  expect(await defined.execute({ code: 'x' }, {})).toBe('X');
});

test.each([
  [{ name: '1st' }, 'tool.name: must be at most 64 letters'],
  [{ description: ' ' }, 'tool.description: must not be empty'],
  [{ inputSchema: { type: 'array' } }, 'tool.inputSchema.type: must be "object", got "array"'],
  [{ codeArgument: 'source' }, "tool.codeArgument: must be one of the schema's properties (code), got source"],
])('refuses %o', (change, message) => {
  expect(() => defineTool({ ...tool, ...change })).toThrow(message);
});
