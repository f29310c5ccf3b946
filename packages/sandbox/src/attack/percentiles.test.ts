import { expect, test } from 'vitest';
import { percentilesOf } from './percentiles.js';

test('by nearest rank', () => {
  // Of 200 values 1..200 the 50th percentile is the 100th value, the 99th the 198th.
  const times = Array.from({ length: 200 }, (_, i) => 200 - i);
  expect(percentilesOf(times)).toEqual({ p50Ms: 100, p99Ms: 198 });
  expect(percentilesOf([7])).toEqual({ p50Ms: 7, p99Ms: 7 });
  expect(percentilesOf([])).toEqual({ p50Ms: 0, p99Ms: 0 });
});
