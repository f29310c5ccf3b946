import { expect, it } from 'vitest';
import { compact, duration, percent, percentInterval, points } from './numbers.js';

it('writes shares in per cent and differences in signed points', () => {
  expect([percent(0), percent(0.4312), percent(1)]).toEqual(['0.0 %', '43.1 %', '100.0 %']);
  expect([points(0.4312), points(-0.05), points(0), points(-0.0001)]).toEqual(['+43.1', '-5.0', '+0.0', '-0.0']);
  expect(percentInterval(0.406, 0.457)).toBe('[40.6, 45.7]');
});

it('writes large numbers short', () => {
  expect([compact(0), compact(999), compact(12_345), compact(999_949), compact(999_950)]).toEqual([
    '0',
    '999',
    '12.3k',
    '999.9k',
    '1.0M',
  ]);
});

it('writes durations in the units one would say, never 60 of one', () => {
  expect([0.04, 4.2, 59.96, 185, 3599.4, 3599.6, 7625].map(duration)).toEqual([
    '0.0 s',
    '4.2 s',
    '1 min 00 s',
    '3 min 05 s',
    '59 min 59 s',
    '1 h 00 min',
    '2 h 07 min',
  ]);
});
