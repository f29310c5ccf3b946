import { expect, test } from 'vitest';
import { read, tools, unparsable, valid } from '../../test/format-tools.js';
import { fencedFormat } from './fenced-format.js';

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

test('fenced code writes no argument beside the one that stands as it is', () => {
  const call = { id: 'call_0', name: 'js', arguments: { code: '1', deep: 2 } };
  expect(() => fencedFormat.write([call], tools)).toThrow(
    new RangeError('fencedFormat.write: js must have no argument but code, got deep'),
  );
});
