import { expect, test } from 'vitest';
import { read, unparsable, valid } from '../../test/format-tools.js';
import { mistralArgsFormat, mistralFormat } from './mistral-format.js';

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
