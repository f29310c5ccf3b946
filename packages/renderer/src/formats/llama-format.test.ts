import { expect, test } from 'vitest';
import { read, unparsable, valid } from '../../test/format-tools.js';
import { llamaFormat } from './llama-format.js';

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
