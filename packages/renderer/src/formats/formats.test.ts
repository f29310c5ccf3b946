import type { ParsedToolCall, ToolCall, ToolDefinition } from '@turnwise/trajectory';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fencedFormat } from './fenced-format.js';
import { hermesFormat } from './hermes-format.js';
import { llamaFormat } from './llama-format.js';
import { mistralArgsFormat, mistralFormat } from './mistral-format.js';
import type { ToolFormat } from './tool-format.js';

const js: ToolDefinition = {
  name: 'js',
  description: 'Runs JavaScript.',
  inputSchema: { type: 'object', properties: { code: { type: 'string' } }, required: ['code'] },
  codeArgument: 'code',
};
const find: ToolDefinition = {
  name: 'find',
  description: 'Looks up.',
  inputSchema: { type: 'object', properties: { name: { type: 'string' }, deep: {} }, required: ['name', 'deep'] },
};
const list: ToolDefinition = { name: 'list', description: 'Lists.', inputSchema: { type: 'object' } };
const tools = [js, find, list];

/** Reads text in which no tag is a token of its own. */
const read = (format: ToolFormat, text: string) =>
  format.read({ text, tools, tag: (name) => name, plain: (part) => part });

/** The same with every tag a token: written out between seams. */
const readTokens = (format: ToolFormat, text: string) =>
  format.read({ text, tools, tag: (name) => `\ufdd0${name}\ufdd0`, plain: (part) => part.replaceAll('\ufdd0', '') });

const valid = (name: string, given: object, id = 'call_0', rawArguments?: string): ParsedToolCall => ({
  status: 'valid',
  call: {
    id,
    name,
    arguments: given as ToolCall['arguments'],
    ...(rawArguments === undefined ? {} : { rawArguments }),
  },
});
const unparsable = (raw: string, message: string): ParsedToolCall => ({
  status: 'invalid',
  reason: 'unparsable',
  raw,
  message,
});

describe('hermes', () => {
  test('a call keeps the text of its arguments', () => {
    const written = 'I look.\n<tool_call>\n{"name": "find", "arguments": {"name":"x", "deep": 1.0}}\n</tool_call>';
    expect(read(hermesFormat, written)).toEqual({
      said: 'I look.',
      calls: [valid('find', { name: 'x', deep: 1 }, 'call_0', '{"name":"x", "deep": 1.0}')],
    });
  });

  test('several calls, one of them broken, text between', () => {
    const call = (inner: string) => `<tool_call>${inner}</tool_call>`;
    const text = `a${call('{"name":"list"}')} b ${call('{"name":')}c${call('{"name":"list","arguments":""}')}`;
    expect(read(hermesFormat, text)).toEqual({
      said: 'a b c',
      calls: [valid('list', {}), unparsable('{"name":', 'broken JSON'), valid('list', {}, 'call_2', '""')],
    });
  });

  test.each([
    ['<tool_call>\n{"name": "js", "argu', '<tool_call>\n{"name": "js", "argu', 'no </tool_call>'],
    ['<tool_call></tool_call>', '', 'broken JSON'],
    ['<tool_call>[1]</tool_call>', '[1]', 'not a JSON object'],
    ['<tool_call>{"arguments":{}}</tool_call>', '{"arguments":{}}', 'no tool name'],
    ['x</tool_call>', '</tool_call>', 'no <tool_call>'],
  ])('%s is unparsable', (text, raw, message) => {
    expect(read(hermesFormat, text).calls).toEqual([unparsable(raw, message)]);
  });

  test('a call inside a call is two broken ones', () => {
    const { calls } = read(hermesFormat, '<tool_call>{"name":<tool_call>{"name":"list"}</tool_call>');
    expect(calls.map(({ status }) => status)).toEqual(['invalid', 'valid']);
  });

  test.each([
    ['an unknown tool', '{"name":"rm","arguments":{}}', 'unknown-tool', 'unknown tool'],
    ['no object', '{"name":"js","arguments":"1"}', 'invalid-arguments', 'not a JSON object'],
    ['a list', '{"name":"js","arguments":[]}', 'invalid-arguments', 'not a JSON object'],
    ['null', '{"name":"js","arguments":null}', 'invalid-arguments', 'not a JSON object'],
    ['another type', '{"name":"js","arguments":{"code":1}}', 'invalid-arguments', 'code: expected string'],
    ['nothing', '{"name":"js"}', 'invalid-arguments', 'missing code'],
  ])('%s is a value', (_what, inner, reason, message) => {
    const raw = inner;
    expect(read(hermesFormat, `<tool_call>${inner}</tool_call>`).calls).toEqual([
      { status: 'invalid', reason, raw, message },
    ]);
  });

  test('where the tag is a token, its characters are text', () => {
    expect(readTokens(hermesFormat, '<tool_call>{"name":"list"}</tool_call>')).toEqual({
      calls: [],
      said: '<tool_call>{"name":"list"}</tool_call>',
    });
  });
});

describe('llama', () => {
  test('the whole action is the call, after the tag or without it', () => {
    const expected = [valid('js', { code: '1' }, 'call_0', '{"code": "1"}')];
    const call = '{"name": "js", "parameters": {"code": "1"}}';
    expect(read(llamaFormat, `\n${call}`)).toEqual({ said: '', calls: expected });
    expect(read(llamaFormat, `Well.<|python_tag|>${call}`)).toEqual({ said: 'Well.', calls: expected });
    expect(read(llamaFormat, `{"type": "function", ${call.slice(1)}`).calls).toEqual(expected);
  });

  test('several calls', () => {
    const { calls } = read(llamaFormat, '{"name":"list"}; {"name":"list","parameters":{}}\n{"name":"list');
    expect(calls).toEqual([
      valid('list', {}),
      valid('list', {}, 'call_1', '{}'),
      unparsable('{"name":"list', 'broken JSON'),
    ]);
  });

  test.each(['{"answer": 42}', 'It is {"name": "js"}.', '{x}', ''])('%j is said', (text) => {
    expect(read(llamaFormat, text)).toEqual({ calls: [], said: text });
  });

  test.each([
    ['{"name": "js", "param', '{"name": "js", "param', 'broken JSON'],
    ['<|python_tag|>js.call(code="1")', 'js.call(code="1")', 'broken JSON'],
    ['<|python_tag|>{}', '{}', 'no tool name'],
  ])('%j is unparsable', (text, raw, message) => {
    expect(read(llamaFormat, text).calls).toEqual([unparsable(raw, message)]);
  });
});

describe('mistral', () => {
  test('an array of calls; an id is kept, a missing or repeated one is that of the place', () => {
    const text =
      '[TOOL_CALLS] [{"name":"list","arguments":{},"id":"abcdefghi"}, {"name":"list"}, {"name":"list","id":"abcdefghi"}]';
    expect(read(mistralFormat, text)).toEqual({
      said: '',
      calls: [valid('list', {}, 'abcdefghi', '{}'), valid('list', {}, 'call00001'), valid('list', {}, 'call00002')],
    });
  });

  test.each([
    ['[TOOL_CALLS] [{"name":"list"', '[{"name":"list"', 'broken JSON'],
    ['[TOOL_CALLS]', '', 'broken JSON'],
    ['[TOOL_CALLS]{"name":"list"}', '{"name":"list"}', 'not a JSON array'],
    ['[TOOL_CALLS][]', '[]', 'no call'],
    ['[TOOL_CALLS][1]', '1', 'not a JSON object'],
  ])('%j is unparsable', (text, raw, message) => {
    expect(read(mistralFormat, text).calls).toEqual([unparsable(raw, message)]);
  });

  test('later models name the tool before its arguments', () => {
    expect(
      read(mistralArgsFormat, 'So.[TOOL_CALLS]js[CALL_ID]abcdefghi[ARGS]{"code":"1"}[TOOL_CALLS]list[ARGS]'),
    ).toEqual({
      said: 'So.',
      calls: [valid('js', { code: '1' }, 'abcdefghi', '{"code":"1"}'), valid('list', {}, 'call00001', '')],
    });
    expect(read(mistralArgsFormat, '[TOOL_CALLS]js{"code":').calls).toEqual([unparsable('js{"code":', 'no [ARGS]')]);
    expect(read(mistralArgsFormat, '[TOOL_CALLS]js[ARGS]{"code":').calls).toEqual([
      unparsable('js[ARGS]{"code":', 'broken JSON'),
    ]);
  });
});

describe('fenced', () => {
  test('the word names the tool, the lines are its argument', () => {
    expect(read(fencedFormat, 'So:\n```js\n1 +\n 2\n```\nand\n```list\n```')).toEqual({
      said: 'So:\nand',
      calls: [valid('js', { code: '1 +\n 2' }), valid('list', {}, 'call_1')],
    });
  });

  test('another word for code means the one tool that takes code', () => {
    expect(read(fencedFormat, '```javascript\n1\n```').calls).toEqual([valid('js', { code: '1' })]);
  });

  test.each(['```\n1\n```', '```text\n```js\n1\n```', 'use ```js``` here', '```rust\n1\n```'])('%j is said', (text) => {
    expect(read(fencedFormat, text)).toEqual({ calls: [], said: text });
  });

  test('a fence that is not closed', () => {
    expect(read(fencedFormat, 'a\n```js\n1').calls).toEqual([unparsable('```js\n1', 'the fence is not closed')]);
  });
});

const argument = fc.string({
  unit: fc.constantFrom('a', '"', '\\', '`', '\n', '}', ']', '<', '\u2028', 'é', '😀', ' '),
  maxLength: 12,
});
const anyCall = fc.oneof(
  argument.map((code) => ({ name: 'js', arguments: { code } })),
  fc.record({ name: argument, deep: fc.jsonValue() }).map((given) => ({ name: 'find', arguments: given })),
);

describe.each([hermesFormat, llamaFormat, mistralFormat, mistralArgsFormat, fencedFormat])('$name', (format) => {
  const idOf = (i: number) => format.callId?.(i) ?? `call_${i}`;

  test('property: what it writes is what it reads, tags as tokens or as text', () => {
    fc.assert(
      fc.property(fc.array(anyCall, { minLength: 1, maxLength: 3 }), (given) => {
        // What JSON keeps of a value: -0 becomes 0.
        const calls = given.map((call, i): ToolCall => ({ ...JSON.parse(JSON.stringify(call)), id: idOf(i) }));
        const written = format.write(calls, tools);
        const tokens = written.replaceAll(
          /^<\/?tool_call>$|\[TOOL_CALLS\](?=js\[|find\[|list\[| \[\{"name)|(?<=^\[TOOL_CALLS\](?:js|find|list))\[ARGS\]/gmu,
          '\ufdd0$&\ufdd0',
        );
        for (const got of [
          read(format, written),
          ...(format === mistralArgsFormat ? [] : [readTokens(format, tokens)]),
        ]) {
          expect(got.said).toBe('');
          const stripped = got.calls.map((parsed) => {
            if (parsed.status === 'invalid') return parsed;
            const { rawArguments: _, ...call } = parsed.call;
            return call;
          });
          expect(stripped).toEqual(calls);
        }
      }),
    );
  });

  test('property: nothing that a policy writes throws', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '<tool_call>',
        '</tool_call>',
        '[TOOL_CALLS]',
        '[ARGS]',
        '[CALL_ID]',
        '<|python_tag|>',
        '```',
        '```js',
        '\n',
        '{"name":"js"',
        '{"name":"list"}',
        '[',
        ']',
        '{',
        '}',
        '"',
        ';',
        '\ufdd0',
      ),
      fc.string({ unit: 'binary', maxLength: 5 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        for (const got of [read(format, pieces.join('')), readTokens(format, pieces.join(''))]) {
          for (const call of got.calls) if (call.status === 'invalid') expect(call.message).not.toBe('');
        }
      }),
    );
  });

  test('its description names every tool', () => {
    for (const { name } of tools) expect(format.describe(tools)).toContain(name);
  });
});

test('arguments nested beyond the stack are a value', () => {
  const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
  const call = `<tool_call>{"name": "find", "arguments": {"name": "x", "deep": ${deep}}}</tool_call>`;
  expect(read(hermesFormat, call).calls).toMatchObject([{ reason: 'invalid-arguments', message: 'nested too deeply' }]);
});

test('fenced code writes no argument beside the one that stands as it is', () => {
  const call = { id: 'call_0', name: 'js', arguments: { code: '1', deep: 2 } };
  expect(() => fencedFormat.write([call], tools)).toThrow(
    new RangeError('fencedFormat.write: js must have no argument but code, got deep'),
  );
});
