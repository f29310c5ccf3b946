import { expect, test } from 'vitest';
import { compareDifference, greatestDifference } from './compare-difference.js';
import { compareTimes } from './compare-times.js';
import { flatness } from './flat-row.js';

const measured = {
  seconds: [
    [0.1, 0.2, 0.4],
    [0.4, 0.8, 1.6],
  ],
  othersLoad: 0.5,
};

test('times: ours over theirs, in milliseconds', () => {
  const bar = { rule: 'at most', value: 0.5 } as const;
  const compared = compareTimes(measured, { title: 'step', against: 'PyTorch', peer: 1, bar });
  // Medians 200 and 800 ms; every pair has the ratio 1/4.
  expect(compared).toMatchObject({ unit: 'ms', ours: 200, peer: 800, verdict: 'holds', samples: 3, othersLoad: 0.5 });
  expect(compared.ratio.mean).toBeCloseTo(0.25, 12);
});

test('speeds: ours as a multiple of theirs, in tokens per second', () => {
  const bar = { rule: 'at least', value: 5 } as const;
  const compared = compareTimes(measured, { title: 'sampling', against: 'generate', peer: 1, bar, tokens: 80 });
  // 80 tokens in 0.2 s and in 0.8 s: 400 and 100 a second, 4 times.
  expect(compared).toMatchObject({ unit: 'tokens/s', ours: 400, peer: 100, verdict: 'MISSES' });
  expect(compared.ratio.mean).toBeCloseTo(4, 12);
});

test('without a bar there is no verdict', () => {
  const compared = compareTimes(measured, { title: 'step', against: 'PyTorch', peer: 1, bar: null });
  expect([compared.bar, compared.verdict]).toEqual([null, null]);
});

test('a difference is the greatest, and what is no number holds nothing', () => {
  expect(greatestDifference([1, 2, 3], [1, 2.5, 2.9])).toBe(0.5);
  expect(greatestDifference([1], [1, 2])).toBe(Number.POSITIVE_INFINITY);
  expect(compareDifference('logits', 'PyTorch', 5e-4, 1e-3).verdict).toBe('holds');
  expect(compareDifference('logits', 'PyTorch', 2e-3, 1e-3).verdict).toBe('MISSES');
  expect(compareDifference('logits', 'PyTorch', Number.NaN, 1e-3).verdict).toBe('MISSES');
});

test('memory that grows is seen, and one that only warms up is not', () => {
  const readings = (bytes: (i: number) => number, tensors: (i: number) => number) =>
    Array.from({ length: 21 }, (_, i) => ({ peakBytes: 0, residentBytes: bytes(i), tensors: tensors(i) }));
  const verdicts = (...of: Parameters<typeof readings>) => flatness(readings(...of), 300).map(({ verdict }) => verdict);
  const warming = (i: number) => 1e9 + (i < 4 ? i * 1e8 : 4e8);
  expect(verdicts(warming, () => 200)).toEqual(['holds', 'holds']);
  // 1 % of growth per reading: about 9 % between the second and the last quarter.
  expect(
    verdicts(
      (i) => 1e9 * 1.01 ** i,
      () => 200,
    ),
  ).toEqual(['MISSES', 'holds']);
  expect(verdicts(warming, (i) => 200 + i)).toEqual(['holds', 'MISSES']);
});
