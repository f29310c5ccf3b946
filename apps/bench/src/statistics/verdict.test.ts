import { expect, test } from 'vitest';
import { verdictOf } from './verdict.js';

test.each([
  [0.4, 0.49, 'holds'],
  [0.4, 0.5, 'holds'],
  [0.45, 0.51, 'undecided'],
  [0.5, 0.6, 'undecided'],
  [0.51, 0.6, 'MISSES'],
] as const)('at most 0.5: %s to %s %s', (low, high, verdict) => {
  expect(verdictOf({ low, high }, { rule: 'at most', value: 0.5 })).toBe(verdict);
});

test.each([
  [5.1, 7, 'holds'],
  [5, 7, 'holds'],
  [4.9, 7, 'undecided'],
  [4, 5, 'undecided'],
  [3, 4.99, 'MISSES'],
] as const)('at least 5: %s to %s %s', (low, high, verdict) => {
  expect(verdictOf({ low, high }, { rule: 'at least', value: 5 })).toBe(verdict);
});
