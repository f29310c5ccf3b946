import { expect, test } from 'vitest';
import { read, readTokens, unparsable, valid } from '../../test/format-tools.js';
import { hermesFormat } from './hermes-format.js';

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

test('arguments nested beyond the stack are a value', () => {
  const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
  const call = `<tool_call>{"name": "find", "arguments": {"name": "x", "deep": ${deep}}}</tool_call>`;
  expect(read(hermesFormat, call).calls).toMatchObject([{ reason: 'invalid-arguments', message: 'nested too deeply' }]);
});
