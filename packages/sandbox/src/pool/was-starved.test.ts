import { expect, test } from 'vitest';
import { wasStarved } from './was-starved.js';

test('below a tenth of the limit', () => {
  expect(wasStarved(99, 1000)).toBe(true);
  expect(wasStarved(100, 1000)).toBe(false);
});
