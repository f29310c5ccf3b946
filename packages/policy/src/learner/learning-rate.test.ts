import { expect, test } from 'vitest';
import { learningRate } from './learning-rate.js';

test('constant without warm-up', () => {
  expect([0, 1, 100].map((step) => learningRate(0.5, 0, step))).toEqual([0.5, 0.5, 0.5]);
});

test('rises linearly over the warm-up, and reaches the rate in the step after it', () => {
  expect([0, 1, 2, 3, 4].map((step) => learningRate(1, 3, step))).toEqual([0.25, 0.5, 0.75, 1, 1]);
});
