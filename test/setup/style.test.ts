import { expect, test } from 'vitest';
import { createStyle, formatDuration, hasColor } from '../../scripts/setup/style.mjs';

test.each([
  [0, '0.0 s'],
  [440, '0.4 s'],
  [59_900, '59.9 s'],
  [59_960, '1 min 00 s'],
  [65_000, '1 min 05 s'],
  [3_725_000, '62 min 05 s'],
])('%i ms is %s', (milliseconds, expected) => {
  expect(formatDuration(milliseconds)).toBe(expected);
});

test('only a terminal gets colours, and NO_COLOR takes them away', () => {
  expect(hasColor({ isTTY: true }, {})).toBe(true);
  expect(hasColor({ isTTY: true }, { NO_COLOR: '1' })).toBe(false);
  expect(hasColor({ isTTY: true }, { TERM: 'dumb' })).toBe(false);
  expect(hasColor({}, {})).toBe(false);
});

test('without colour a text stays as it is', () => {
  expect(createStyle(false).red('no')).toBe('no');
  expect(createStyle(true).red('no')).toBe('\u001b[31mno\u001b[39m');
});
