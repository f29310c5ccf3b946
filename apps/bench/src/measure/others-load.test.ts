import { expect, test } from 'vitest';
import { othersLoad } from './others-load.js';

test('is what the machine was busy less what the sides used, per second', () => {
  // 3 s in all; busy 2 * 1.9 + 1 * 2 = 5.8 core seconds, own 1.6 + 1.8 = 3.4: 2.4 / 3 = 0.8 cores.
  const spans = [
    { seconds: 2, busySeconds: 3.8, ownSeconds: 1.6 },
    { seconds: 1, busySeconds: 2, ownSeconds: 1.8 },
  ];
  expect(othersLoad(spans)).toBeCloseTo(0.8, 12);
});

test('is never below 0, and 0 of nothing', () => {
  expect(othersLoad([{ seconds: 1, busySeconds: 1.9, ownSeconds: 2 }])).toBe(0);
  expect(othersLoad([])).toBe(0);
});
