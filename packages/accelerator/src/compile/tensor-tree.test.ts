import { expect, test } from 'vitest';
import { createBackend } from '../backend/create-backend.js';
import { mapTensors, type TensorTree, tensorLeaves, treeSignature } from './tensor-tree.js';

const { tf } = await createBackend({ prefer: 'cpu' });
const a = tf.scalar(1);
const b = tf.tensor2d([[1, 2]], [1, 2], 'int32');
const tree: TensorTree = { x: [a, { y: b }], z: a };

test('leaves in order, mapped in the same form', () => {
  expect(tensorLeaves(tree)).toEqual([a, b, a]);
  expect(mapTensors(tree, (tensor) => (tensor === a ? b : a))).toEqual({ x: [b, { y: a }], z: b });
});

test('the signature tells form, shapes and data types apart', () => {
  expect(treeSignature(tree)).toBe('{"x":(float32[] {"y":int32[1,2]}) "z":float32[]}');
  const others: TensorTree[] = [[a, b, a], { x: [a, { y: b }] }, { x: [a, { y: a }], z: a }];
  expect(new Set([tree, ...others].map(treeSignature)).size).toBe(4);
});

test.each([
  [{ x: [a, 3] }, 'value.x[1]: a tensor, an array or a record of tensors, got number'],
  [Promise.resolve(a), 'value: a tensor, an array or a record of tensors, got a promise'],
  [null, 'value: a tensor, an array or a record of tensors, got null'],
])('anything else is refused with its place', (value, message) => {
  expect(() => tensorLeaves(value as never)).toThrow(new TypeError(message));
});
