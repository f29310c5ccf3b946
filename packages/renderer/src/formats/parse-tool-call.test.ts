import type { ToolDefinition } from '@turnwise/trajectory';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseToolCall } from './parse-tool-call.js';

const run: ToolDefinition = {
  name: 'run',
  description: 'Runs code.',
  inputSchema: { type: 'object', properties: { code: { type: 'string', maxLength: 12 } }, required: ['code'] },
};
const find: ToolDefinition = {
  name: 'find',
  description: 'Looks up a fact.',
  inputSchema: {
    type: 'object',
    properties: { entity: { type: 'string' }, depth: { type: 'integer', minimum: 1 } },
    required: ['entity', 'depth'],
    additionalProperties: false,
  },
};
const list: ToolDefinition = { name: 'list', description: 'Lists all.', inputSchema: { type: 'object' } };
const tools = [run, find, list];

describe('a tool with one required string', () => {
  test.each([
    ['run 1 + 1', '1 + 1'],
    ['run  x ', ' x '],
    ['run {"code":1}', '{"code":1}'],
    ['run ', ''],
    ['run', ''],
  ])('%j', (text, code) => {
    expect(parseToolCall(text, tools)).toEqual({
      status: 'valid',
      call: { id: 'call_0', name: 'run', arguments: { code } },
    });
  });
});

describe('any other tool takes a JSON object', () => {
  test.each([
    ['find {"entity":"Rome","depth":2}', { name: 'find', arguments: { entity: 'Rome', depth: 2 } }],
    ['list', { name: 'list', arguments: {} }],
    ['list  ', { name: 'list', arguments: {} }],
  ])('%j', (text, call) => {
    expect(parseToolCall(text, tools, 'c7')).toEqual({ status: 'valid', call: { id: 'c7', ...call } });
  });
});

test.each([
  ['', 'unparsable', 'no tool name'],
  [' run 1', 'unparsable', 'no tool name'],
  ['find {"entity":', 'unparsable', 'broken JSON'],
  ['find [1]', 'invalid-arguments', 'not a JSON object'],
  ['find null', 'invalid-arguments', 'not a JSON object'],
  ['python 1', 'unknown-tool', 'unknown tool'],
  ['Run 1', 'unknown-tool', 'unknown tool'],
  ['toString 1', 'unknown-tool', 'unknown tool'],
  ['run 12345678901234', 'invalid-arguments', 'too long: 14 > 12'],
  ['find {"entity":"Rome"}', 'invalid-arguments', 'missing depth'],
  ['find {"entity":"Rome","depth":0}', 'invalid-arguments', 'depth: too small: 0 < 1'],
  ['find {"entity":"Rome","depth":1e999}', 'invalid-arguments', 'number too large'],
  [`list {"a":${'['.repeat(64)}${']'.repeat(64)}}`, 'invalid-arguments', 'nested too deeply'],
  ['find {"entity":"Rome","depth":1,"x":2}', 'invalid-arguments', 'x: unknown argument'],
  ['find {"entity":"Rome","depth":1,"__proto__":2}', 'invalid-arguments', '__proto__: unknown argument'],
])('%j is invalid', (text, reason, message) => {
  expect(parseToolCall(text, tools)).toEqual({ status: 'invalid', reason, raw: text, message });
});

test('nesting up to 64 is kept', () => {
  // The arguments themselves are the first level, the arrays are 63 more.
  const text = `list {"a":${'['.repeat(63)}${']'.repeat(63)}}`;
  expect(parseToolCall(text, tools).status).toBe('valid');
});

test('nesting that would exhaust the stack is a value', () => {
  const text = `list {"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}`;
  expect(parseToolCall(text, tools)).toMatchObject({ reason: 'invalid-arguments', message: 'nested too deeply' });
});

test('a long message is cut to 40 characters', () => {
  const parsed = parseToolCall(`find {"entity":"","depth":1,"${'k'.repeat(60)}":0}`, tools);
  expect(parsed).toMatchObject({ status: 'invalid', message: `${'k'.repeat(39)}~` });
});

test('nothing that a policy writes throws', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.json().map((json) => `find ${json}`),
    fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue()).map((value) => `find ${JSON.stringify(value)}`),
    fc.string({ unit: 'grapheme' }).map((argument) => `run ${argument}`),
  );
  fc.assert(
    fc.property(text, (written) => {
      const parsed = parseToolCall(written, tools);
      if (parsed.status === 'invalid') expect(Array.from(parsed.message).length).toBeLessThanOrEqual(40);
    }),
  );
});
