import type { Tensor } from '@turnwise/accelerator';
import { expect, test } from 'vitest';
import { backendOrNull } from '../../test/backends.js';

import { linear } from './linear.js';

test.each(['native', 'wasm', 'cpu'] as const)(
  'on %s: values and gradients are those of tf.matMul, and a frozen matrix has none',
  async (name) => {
    const backend = await backendOrNull(name);
    if (backend === null) return;
    const { tf } = backend;
    const wave = (shape: [number, number], step: number): Tensor =>
      tf.tensor2d(
        Float32Array.from({ length: shape[0] * shape[1] }, (_, i) => Math.sin(1 + step * i)),
        shape,
      );
    const [x, w, weights] = [wave([5, 3], 1), wave([4, 3], 0.7), wave([5, 4], 0.3)];
    const gradients = (product: (x: Tensor, w: Tensor) => Tensor): number[][] =>
      tf
        .grads((a: Tensor, b: Tensor) => tf.sum(tf.mul(product(a, b), weights)))([x, w])
        .map((gradient) => [...gradient.dataSync()]);
    const [dx, dw] = gradients((a, b) => linear(tf, a, b, true));
    const [expectedX, expectedW] = gradients((a, b) => tf.matMul(a, b, false, true));
    const difference = (got: number[] = [], want: number[] = []): number =>
      Math.max(...want.map((value, i) => Math.abs(value - (got[i] ?? Number.NaN))));
    expect(difference(dx, expectedX)).toBeLessThan(1e-6);
    expect(difference(dw, expectedW)).toBeLessThan(1e-6);
    const value = [...linear(tf, x, w, true).dataSync()];
    expect(difference(value, [...tf.matMul(x, w, false, true).dataSync()])).toBeLessThan(1e-6);
    const frozen = (a: Tensor): Tensor => tf.sum(tf.mul(linear(tf, a, w, false), weights));
    expect(difference([...tf.grad(frozen)(x).dataSync()], expectedX)).toBeLessThan(1e-6);
  },
);
