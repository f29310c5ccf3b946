import { expect, test } from 'vitest';
import { toolSignature } from './tool-signature.js';

const tool = (inputSchema: Record<string, unknown>) => ({ name: 'f', description: 'Does it.', inputSchema });

test.each([
  [{ type: 'object' }, 'f(): Does it.'],
  [
    {
      type: 'object',
      properties: { code: { type: 'string', minLength: 1, maxLength: 9 }, deep: { type: 'integer' } },
      required: ['code'],
      additionalProperties: false,
    },
    'f(code: string, maxLength 9; deep?: integer): Does it.',
  ],
  [
    { properties: { a: { type: 'array', items: {} } } },
    'f({"properties": {"a": {"type": "array", "items": {}}}}): Does it.',
  ],
  [{ oneOf: [] }, 'f({"oneOf": []}): Does it.'],
])('%j', (schema, expected) => {
  expect(toolSignature(tool(schema))).toBe(expected);
});
