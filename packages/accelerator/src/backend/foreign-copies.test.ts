import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { foreignCopies } from './foreign-copies.js';

const own = createRequire(import.meta.url).resolve('@tensorflow/tfjs-core');

test('our own copy is none, another one is', () => {
  const other = '/app/node_modules/@tensorflow/tfjs-core/dist/tf-core.node.js';
  expect(foreignCopies([own, '/app/index.js'])).toEqual([]);
  expect(foreignCopies([own, other])).toEqual([other]);
});
