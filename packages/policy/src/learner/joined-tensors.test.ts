import type { TensorFlow } from '@turnwise/accelerator';
import { expect, test } from 'vitest';
import { backendOrNull } from '../../test/backends.js';
import { joinGroup, splitGroup, tensorGroups } from './joined-tensors.js';

const tf = (await backendOrNull('cpu'))?.tf as TensorFlow;

const SHAPES = { a: [2, 3], b: [4, 3], norm: [3], c: [2, 5], large: [9, 3], d: [1, 3] };

test('few tensors stay alone', () => {
  expect(tensorGroups(SHAPES).map(({ names }) => names)).toEqual([['a'], ['b'], ['norm'], ['c'], ['large'], ['d']]);
});

test('many are joined with those that differ in the first dimension alone, up to a size; large ones are not', () => {
  const limits = { many: 6, smallElements: 20, groupElements: 19 };
  // a and b have 18 elements together; d would make them 21.
  expect(tensorGroups(SHAPES, limits)).toEqual([
    { names: ['a', 'b'], lengths: [2, 4] },
    { names: ['norm'], lengths: [3] },
    { names: ['c'], lengths: [2] },
    { names: ['large'], lengths: [9] },
    { names: ['d'], lengths: [1] },
  ]);
  expect(tensorGroups(SHAPES, { ...limits, groupElements: 21 })[0]).toEqual({
    names: ['a', 'b', 'd'],
    lengths: [2, 4, 1],
  });
});

test('what was joined is split into the same tensors', () => {
  const of = { a: tf.tensor2d([1, 2, 3, 4], [2, 2]), b: tf.tensor2d([5, 6], [1, 2]) };
  const group = { names: ['a', 'b'], lengths: [2, 1] };
  const joined = joinGroup(tf, group, of);
  expect(joined.arraySync()).toEqual([
    [1, 2],
    [3, 4],
    [5, 6],
  ]);
  const { a, b } = splitGroup(tf, group, joined);
  expect([a?.arraySync(), b?.arraySync()]).toEqual([
    [
      [1, 2],
      [3, 4],
    ],
    [[5, 6]],
  ]);
});
