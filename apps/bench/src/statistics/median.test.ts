import { expect, test } from 'vitest';
import { median } from './median.js';

test('is the middle value, or the mean of the middle two, whatever the order', () => {
  expect(median([9, 1, 4])).toBe(4);
  expect(median([9, 1, 4, 6])).toBe(5);
  expect(median([7])).toBe(7);
});

test('refuses no values', () => {
  expect(() => median([])).toThrow(new RangeError('values: at least one, got 0'));
});
