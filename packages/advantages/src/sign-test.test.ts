import { describe, expect, it } from 'vitest';
import { signTest } from './sign-test.js';

describe('signTest', () => {
  it.each([
    // 2 * 1 / 2^5; 2 * (1 + 6) / 2^6; 2 * (1 + 4 + 6) / 2^4 > 1.
    [[1, 2, 3, 1, 2], { positive: 5, negative: 0, ties: 0, pValue: 0.0625 }],
    [[-1, -2, -3, -1, 2, -4, 0], { positive: 1, negative: 5, ties: 1, pValue: 0.21875 }],
    [[1, -1, 1, -1], { positive: 2, negative: 2, ties: 0, pValue: 1 }],
    [[0, 0], { positive: 0, negative: 0, ties: 2, pValue: 1 }],
    [[], { positive: 0, negative: 0, ties: 0, pValue: 1 }],
  ])('of %o', (differences, expected) => {
    const { pValue, ...counts } = signTest(differences);
    expect(counts).toEqual({ positive: expected.positive, negative: expected.negative, ties: expected.ties });
    expect(pValue).toBeCloseTo(expected.pValue, 12);
  });

  it('does not overflow with many pairs', () => {
    // 1060 of 2000: z = 2.66 with continuity correction, p about .0078.
    const differences = Array.from({ length: 2000 }, (_, i) => (i < 1060 ? 1 : -1));
    expect(signTest(differences).pValue).toBeCloseTo(0.0078, 3);
  });

  it('refuses NaN', () => {
    expect(() => signTest([1, Number.NaN])).toThrow('differences: must be numbers, got NaN at 1');
  });
});
