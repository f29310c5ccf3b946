import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkSampleKey, tokenUniform } from './token-uniform.js';

const key = { seed: 0, update: 0, task: 0, sample: 0 };

test('is the upper 23 bits of the first word of Philox', () => {
  // Known answer for counter and key 0: 0x6627e8d5; 0x6627e8d5 >>> 9 = 0x3313f4.
  expect(tokenUniform(key, 0, 0)).toBe(0x3313f4 / 2 ** 23);
});

test('is in [0, 1), below the total even after a product in float32', () => {
  fc.assert(
    fc.property(fc.nat(), fc.nat(), fc.float({ min: 0.5, max: 2 ** 20, noNaN: true }), (task, token, total) => {
      const u = tokenUniform({ ...key, task }, 0, token);
      expect(u).toBeGreaterThanOrEqual(0);
      expect(Math.fround(u * total)).toBeLessThan(total);
    }),
  );
});

test.each(['seed', 'update', 'task', 'sample'] as const)('depends on %s', (name) => {
  expect(tokenUniform({ ...key, [name]: 1 }, 0, 0)).not.toBe(tokenUniform(key, 0, 0));
});

test('depends on turn and token, and does not confuse them', () => {
  const all = [tokenUniform(key, 0, 0), tokenUniform(key, 1, 0), tokenUniform(key, 0, 1), tokenUniform(key, 1, 1)];
  expect(new Set(all).size).toBe(4);
});

test.each([-1, 0.5, 2 ** 32, Number.NaN])('a key with %d is refused by name', (value) => {
  expect(() => checkSampleKey({ ...key, task: value })).toThrow(`task: an integer in [0, 2^32), got ${value}`);
});
