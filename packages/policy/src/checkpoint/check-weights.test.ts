import { expect, test } from 'vitest';
import { checkWeights } from './check-weights.js';

const stored = new Map([['w', { shape: [2, 1], values: Float32Array.of(1, 2) }]]);

test('gives what is wanted and leaves the rest', () => {
  expect(checkWeights('file', stored, new Map([['w', [2, 1]]]))).toEqual(new Map([['w', Float32Array.of(1, 2)]]));
  expect(checkWeights('file', stored, new Map())).toEqual(new Map());
});

test('names a missing tensor and the shape it should have', () => {
  expect(() => checkWeights('file', stored, new Map([['v', [3]]]))).toThrow(
    'file: the tensor v of shape [3] is missing',
  );
});

test('names a misshapen tensor and both shapes', () => {
  expect(() => checkWeights('file', stored, new Map([['w', [1, 2]]]))).toThrow('file: w: the shape [1,2], got [2,1]');
});
