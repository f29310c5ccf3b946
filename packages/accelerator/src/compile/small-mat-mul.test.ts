import { describe, expect, test } from 'vitest';
import { nativeInstalled } from '../../test/native-installed.js';
import { createBackend } from '../backend/create-backend.js';
import { compile } from './compile.js';
import { smallMatMul } from './small-mat-mul.js';

const names = nativeInstalled() ? (['native', 'cpu'] as const) : (['cpu'] as const);

describe.each(names)('on %s', (name) => {
  test('the products of tf.matMul, transposed or not, in batches or not, traced or not', async () => {
    const { tf } = await createBackend({ prefer: name });
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      const a = tf.tensor2d([1, 2, 3, 4, 5, 6], [2, 3]);
      const b = tf.tensor2d([1, 0, -1, 2, 1, 3], [3, 2]);
      // [1, 2, 3] . [1, -1, 1] = 2 and . [0, 2, 3] = 13; [4, 5, 6] . the same = 5 and 28.
      expect(smallMatMul(tf, a, b).arraySync()).toEqual([
        [2, 13],
        [5, 28],
      ]);
      expect(smallMatMul(tf, tf.transpose(a), tf.transpose(b), true, true).arraySync()).toEqual([
        [2, 13],
        [5, 28],
      ]);
      const batches = tf.stack([a, tf.mul(a, 2)]);
      const turned = tf.stack([tf.transpose(b), tf.transpose(b)]);
      const compiled = compile(tf, (x: typeof batches, y: typeof turned) => smallMatMul(tf, x, y, false, true));
      for (const product of [smallMatMul(tf, batches, turned, false, true), compiled(batches, turned)]) {
        expect(product.arraySync()).toEqual([
          [
            [2, 13],
            [5, 28],
          ],
          [
            [4, 26],
            [10, 56],
          ],
        ]);
      }
      compiled.dispose();
    });
    expect(tf.memory().numTensors).toBe(before);
  });
});
