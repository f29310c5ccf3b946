import { expect, test } from 'vitest';
import { addCounts, describeCounts, oneCheck } from '../../scripts/checks/counts.mjs';

test('counts add up', () => {
  const all = [oneCheck(true), oneCheck(false), { passed: 40, failed: 0, skipped: 2 }];
  expect(addCounts(all)).toEqual({ passed: 41, failed: 1, skipped: 2 });
  expect(addCounts([])).toEqual({ passed: 0, failed: 0, skipped: 0 });
});

test('what failed keeps its name', () => {
  const all = [{ ...oneCheck(false), failures: ['a'] }, oneCheck(true), { ...oneCheck(false), failures: ['b'] }];
  expect(addCounts(all)).toEqual({ passed: 1, failed: 2, skipped: 0, failures: ['a', 'b'] });
});

test('skipped checks are told only if there are any', () => {
  expect(describeCounts({ passed: 3, failed: 0, skipped: 0 })).toBe('3 passed, 0 failed');
  expect(describeCounts({ passed: 3, failed: 1, skipped: 2 })).toBe('3 passed, 1 failed, 2 skipped');
});
