import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wilsonInterval } from './wilson-interval.js';

describe('wilsonInterval', () => {
  it('is the worked value for 8 of 10', () => {
    // z^2 = 3.841459; center (.8 + .192073) / 1.384146 = .716740;
    // half 1.959964 / 1.384146 * sqrt(.016 + .009604) = .226578.
    const { low, high } = wilsonInterval(8, 10);
    expect(low).toBeCloseTo(0.490162, 6);
    expect(high).toBeCloseTo(0.943318, 6);
  });

  it('holds the shares whose score test does not reject: its ends are solutions of |p - share| = z * sqrt(p (1 - p) / n)', () => {
    const counts = fc
      .integer({ min: 2, max: 500 })
      .chain((n) => fc.tuple(fc.integer({ min: 1, max: n - 1 }), fc.constant(n)));
    fc.assert(
      fc.property(counts, ([k, n]) => {
        const { low, high } = wilsonInterval(k, n, 0.9);
        for (const end of [low, high]) {
          expect(Math.abs(end - k / n)).toBeCloseTo(1.6448536269514722 * Math.sqrt((end * (1 - end)) / n), 9);
        }
        expect(low).toBeLessThan(k / n);
        expect(high).toBeGreaterThan(k / n);
      }),
    );
  });

  it('ends exactly at 0 and 1, and says nothing without a trial', () => {
    expect(wilsonInterval(0, 20).low).toBe(0);
    expect(wilsonInterval(20, 20).high).toBe(1);
    expect(wilsonInterval(0, 0)).toEqual({ low: 0, high: 1 });
  });

  it.each([
    [[1, -1], 'total: must be a whole number of at least 0, got -1'],
    [[3, 2], 'successes: must be a whole number from 0 to 2, got 3'],
    [[-1, 2], 'successes: must be a whole number from 0 to 2, got -1'],
    [[1.5, 2], 'successes: must be a whole number from 0 to 2, got 1.5'],
    [[1, 2, 1], 'confidence: must be between 0 and 1, got 1'],
  ] as const)('refuses %o', ([successes, total, confidence], message) => {
    expect(() => wilsonInterval(successes, total, confidence)).toThrow(new RangeError(message));
  });
});
