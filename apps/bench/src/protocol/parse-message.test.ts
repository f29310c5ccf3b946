import { expect, test } from 'vitest';
import { parseMessage } from './parse-message.js';

test('tells readiness, answers and errors apart', () => {
  expect(parseMessage('{"ready": {"call": "f", "threads": 2}}')).toEqual({
    kind: 'ready',
    value: { call: 'f', threads: 2 },
  });
  expect(parseMessage('{"seconds": 0.25}')).toEqual({ kind: 'answer', value: { seconds: 0.25 } });
  expect(parseMessage('{"error": "Traceback ..."}')).toEqual({ kind: 'error', text: 'Traceback ...' });
});

test.each(['Loading weights: 100%', '', '[1]', 'null', '3', '{"half": '])('refuses %j and quotes it', (line) => {
  expect(() => parseMessage(line)).toThrow(`a side: must say one JSON object per line, got ${line}`);
});
