import { expect, test } from 'vitest';
import { normalNumbers } from './normal-numbers.js';

test('mean 0, the deviation asked for, normal tails', () => {
  const n = 40_000;
  const values = normalNumbers(n, 0.5, 3, 0);
  const mean = values.reduce((sum, x) => sum + x, 0) / n;
  const variance = values.reduce((sum, x) => sum + x * x, 0) / n;
  const beyond = values.filter((x) => Math.abs(x) > 1).length / n;
  expect(Math.abs(mean)).toBeLessThan(4 * 0.5 * n ** -0.5); // four standard errors
  expect(Math.abs(variance - 0.25)).toBeLessThan(4 * 0.25 * (2 / n) ** 0.5);
  expect(Math.abs(beyond - 0.0455)).toBeLessThan(0.005); // P(|z| > 2) = .0455
});

test('the same seed and stream give the same numbers, a longer request goes on', () => {
  expect([...normalNumbers(10, 1, 1, 2)].slice(0, 6)).toEqual([...normalNumbers(6, 1, 1, 2)]);
  expect(normalNumbers(4, 1, 1, 2)).not.toEqual(normalNumbers(4, 1, 1, 3));
  expect(normalNumbers(4, 1, 1, 2)).not.toEqual(normalNumbers(4, 1, 2, 2));
});
