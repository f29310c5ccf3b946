import type { Tensor, TensorFlow } from '@turnwise/accelerator';
import { describe, expect, test } from 'vitest';
import { backendOrNull } from '../../test/backends.js';
import { livelyWeights, smallConfig, someTokens } from '../../test/small-model.js';
import { tensorsOf } from '../weight-store.js';
import { recomputed } from './recomputed.js';
import { tokenLogprobs } from './token-logprobs.js';

describe.each(['cpu', 'native'] as const)('on %s', async (name) => {
  const backend = await backendOrNull(name);
  const tf = backend?.tf as TensorFlow;
  const on = test.skipIf(backend === null);

  on('value and gradients are those of the block, which backward runs again', async () => {
    await backendOrNull(name);
    const before = tf.memory().numTensors;
    let runs = 0;
    tf.tidy(() => {
      const two = tf.scalar(2);
      // y = 2 x^2 w in rows, so dx = 4 x w dy and dw = sum over rows of 2 x^2 dy.
      const f = (x: Tensor, w: Tensor): Tensor =>
        recomputed(
          tf,
          ([a, b], [factor]) => {
            runs += 1;
            return tf.mul(tf.mul(tf.square(a as Tensor), b as Tensor), factor as Tensor);
          },
          [x, w],
          [two],
        );
      const x = tf.tensor2d([1, -2, 3, 0.5], [2, 2]);
      const w = tf.tensor1d([10, 20]);
      // On a tape with more behind it, which has to survive: sum(f * [1, 2, 3, 4]).
      const factors = tf.tensor2d([1, 2, 3, 4], [2, 2]);
      const { value, grads } = tf.valueAndGrads(((a: Tensor, b: Tensor) => tf.sum(tf.mul(f(a, b), factors))) as never)([
        x,
        w,
      ]);
      // 2 (10 + 2 * 4 * 20 + 3 * 9 * 10 + 4 * 0.25 * 20)
      expect(value.dataSync()[0]).toBe(2 * (10 + 160 + 270 + 20));
      expect([...(grads[0] as Tensor).dataSync()]).toEqual([40, -320, 360, 160]);
      expect([...(grads[1] as Tensor).dataSync()]).toEqual([2 * (1 + 27), 2 * (8 + 1)]);
      expect(runs).toBe(2);
    });
    expect(tf.memory().numTensors).toBe(before);
  });

  on('gradients of the whole model are the same with it, and nothing stays', async () => {
    await backendOrNull(name);
    const weights = tensorsOf(tf, smallConfig, livelyWeights(smallConfig));
    const names = Object.keys(weights);
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      const ids = tf.tensor2d([someTokens(9, 0), someTokens(9, 1)], [2, 9], 'int32');
      const gradients = (activationCheckpointing: boolean): Float32Array[] => {
        const loss = (...tensors: Tensor[]): Tensor => {
          const own = Object.fromEntries(names.map((key, i) => [key, tensors[i] as Tensor]));
          const options = { activationCheckpointing };
          return tf.sum(tokenLogprobs(tf, smallConfig, own, ids, tf.scalar(1), options).logprobs);
        };
        const given = names.map((key) => weights[key] as Tensor);
        const { value, grads } = tf.valueAndGrads(loss as never)(given);
        return [value, ...grads].map((tensor) => tensor.dataSync() as Float32Array);
      };
      const whole = gradients(false);
      gradients(true).forEach((values, k) => {
        const scale = Math.max(1, ...(whole[k] as Float32Array).map(Math.abs));
        values.forEach((value, i) => {
          expect(Math.abs(value - ((whole[k] as Float32Array)[i] as number))).toBeLessThan(2e-6 * scale);
        });
      });
    });
    expect(tf.memory().numTensors).toBe(before);
    tf.dispose(weights as never);
  });
});
