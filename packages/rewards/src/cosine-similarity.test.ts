import { expect, it } from 'vitest';
import { cosineSimilarity } from './cosine-similarity.js';

it('is the cosine of the angle', () => {
  expect(cosineSimilarity([3, 4], [4, 3])).toBeCloseTo(0.96, 12); // 24 / 25
  expect(cosineSimilarity([1, 0], [0, 2])).toBe(0);
  expect(cosineSimilarity([1, 1], [-2, -2])).toBeCloseTo(-1, 12);
  expect(cosineSimilarity([0.1, 0.2, 0.3], [0.1, 0.2, 0.3])).toBeLessThanOrEqual(1);
});

it('is 0 for a zero vector', () => {
  expect(cosineSimilarity([0, 0], [1, 2])).toBe(0);
});

it('refuses vectors of unequal length or not finite', () => {
  expect(() => cosineSimilarity([1], [1, 2])).toThrow('cosineSimilarity: lengths must agree, got 1 and 2');
  expect(() => cosineSimilarity([Number.NaN], [1])).toThrow('cosineSimilarity: must be finite, got NaN');
});
