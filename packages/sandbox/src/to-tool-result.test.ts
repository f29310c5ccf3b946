import { expect, test } from 'vitest';
import type { RunErrorKind } from './run-result.js';
import { toToolResult } from './to-tool-result.js';

test.each<[RunErrorKind, string]>([
  ['syntax', 'error'],
  ['runtime', 'error'],
  ['source-too-large', 'error'],
  ['unserializable', 'error'],
  ['timeout', 'timeout'],
  ['memory', 'out-of-memory'],
  ['crashed', 'out-of-memory'],
  ['output-limit', 'output-limit'],
  ['killed', 'infrastructure-failure'],
  ['session-lost', 'infrastructure-failure'],
  ['internal', 'infrastructure-failure'],
  ['aborted', 'infrastructure-failure'],
])('%s → %s', (kind, status) => {
  expect(toToolResult({ status: 'error', kind, message: 'why', output: '' })).toEqual({ status, text: 'why' });
});

test('a text stays as it is, and what was printed stands before the message', () => {
  expect(toToolResult({ status: 'ok', text: 'a\nb' })).toEqual({ status: 'ok', text: 'a\nb' });
  expect(toToolResult({ status: 'error', kind: 'runtime', message: 'why', output: 'seen' })).toEqual({
    status: 'error',
    text: 'seen\nwhy',
  });
});
