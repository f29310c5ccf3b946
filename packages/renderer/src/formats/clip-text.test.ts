import { expect, test } from 'vitest';
import { clipText } from './clip-text.js';

test('keeps what fits and marks what was cut', () => {
  expect(clipText('abcd', 4)).toBe('abcd');
  expect(clipText('abcde', 4)).toBe('abc~');
  expect(clipText('', 1)).toBe('');
  expect(clipText('ab', 1)).toBe('~');
});

test('counts code points, never half a surrogate pair', () => {
  expect(clipText('😀😀', 2)).toBe('😀😀');
  expect(clipText('😀😀😀', 2)).toBe('😀~');
});

test('refuses a limit without room for the mark', () => {
  expect(() => clipText('a', 0)).toThrow(
    new RangeError('clipText: maxCharacters must be an integer of at least 1, got 0'),
  );
});
