import { z } from 'zod';
import { defineTool, type Tool, ToolError } from '../src/index.js';

/** A tool with a Standard Schema that changes what it checks, and one with a JSON Schema that can fail in every way. */
export const add = defineTool({
  name: 'add',
  description: 'Adds two numbers.',
  inputSchema: z.object({ a: z.number(), b: z.number().default(10) }),
  execute: ({ a, b }) => a + b,
}) as Tool;

export const fail = defineTool<{ how: string }>({
  name: 'fail',
  description: 'Fails.',
  inputSchema: {
    type: 'object',
    properties: { how: { enum: ['told', 'untold', 'late'] } },
    required: ['how'],
    additionalProperties: false,
  },
  execute: async ({ how }, { signal }) => {
    if (how === 'told') throw new ToolError('no such city');
    if (how === 'untold') throw new Error('secret of the host');
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
  },
}) as Tool;
