import { describe, expect, it } from 'vitest';
import { passAtK } from './pass-at-k.js';

/** The share of the k-subsets of n samples that hold one of the first c, counted one by one. */
function counted(n: number, c: number, k: number): number {
  let all = 0;
  let hit = 0;
  for (let subset = 0; subset < 2 ** n; subset++) {
    const members = Array.from({ length: n }, (_, i) => i).filter((i) => (subset >> i) & 1);
    if (members.length !== k) continue;
    all += 1;
    if (members.some((i) => i < c)) hit += 1;
  }
  return hit / all;
}

describe('passAtK', () => {
  it('is the share of subsets with a correct sample', () => {
    for (let n = 1; n <= 7; n++) {
      for (let c = 0; c <= n; c++)
        for (let k = 1; k <= n; k++) expect(passAtK(n, c, k)).toBeCloseTo(counted(n, c, k), 12);
    }
  });

  it('is the share of correct samples at k = 1', () => {
    expect(passAtK(8, 3, 1)).toBeCloseTo(3 / 8, 12);
  });

  it.each([
    [[0, 0, 1], 'samples: must be a whole number of at least 1, got 0'],
    [[4, -1, 1], 'correct: must be a whole number from 0 to 4, got -1'],
    [[4, 1.5, 1], 'correct: must be a whole number from 0 to 4, got 1.5'],
    [[4, 5, 1], 'correct: must be a whole number from 0 to 4, got 5'],
    [[4, 1, 5], 'k: must be a whole number from 1 to 4, got 5'],
    [[4, 1, 0], 'k: must be a whole number from 1 to 4, got 0'],
  ] as const)('refuses %o', ([n, c, k], message) => {
    expect(() => passAtK(n, c, k)).toThrow(new RangeError(message));
  });
});
