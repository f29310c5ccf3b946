import { expect, test } from 'vitest';
import { sessionSeed } from './session-seed.js';

test('differs by seed, task and sample, and is an unsigned 32-bit integer', () => {
  const keys = [0, 1, 2, 11].flatMap((seed) =>
    [0, 1, 12].flatMap((task) => [0, 1, 2].map((sample) => ({ seed, task, sample }))),
  );
  const seeds = keys.map(sessionSeed);
  expect(new Set(seeds).size).toBe(keys.length);
  expect(seeds.every((seed) => Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32)).toBe(true);
  expect(keys.map(sessionSeed)).toEqual(seeds);
});
