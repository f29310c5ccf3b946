import type { Tensor, TensorFlow } from '@turnwise/accelerator';
import { beforeAll, expect, test } from 'vitest';
import { backendOrNull } from '../../test/backends.js';
import { embed } from './embed.js';
import { rmsNorm } from './rms-norm.js';
import { rotate, signSines } from './rotary.js';
import { swiglu } from './swiglu.js';

let tf: TensorFlow;
beforeAll(async () => {
  tf = ((await backendOrNull('cpu')) as { tf: TensorFlow }).tf;
});

const wave = (length: number, phase: number) => Float32Array.from({ length }, (_, i) => Math.sin(1.7 * i + phase));

/** Value and gradients of `sum(f(inputs) * weights)`. */
function differentiate(f: (...inputs: Tensor[]) => Tensor, inputs: Tensor[]): number[][] {
  return tf.tidy(() => {
    const weighted = (...given: Tensor[]): Tensor => {
      const y = f(...given);
      return tf.sum(tf.mul(y, tf.tensor(wave(y.size, 0.3), y.shape)));
    };
    const { value, grads } = tf.valueAndGrads(weighted as never)(inputs);
    return [value, ...grads].map((tensor) => [...tensor.dataSync()]) as never;
  });
}

function expectEqual(closed: number[][], naive: number[][]): void {
  expect(closed.length).toBe(naive.length);
  closed.forEach((values, i) => {
    expect(values.length).toBe((naive[i] as number[]).length);
    values.forEach((value, j) => {
      expect(Math.abs(value - ((naive[i] as number[])[j] as number))).toBeLessThan(2e-6);
    });
  });
}

test('rmsNorm: its closed gradient is the one of its formula', () => {
  const inputs = [tf.tensor2d(wave(12, 0), [3, 4]), tf.tensor1d(wave(4, 1))];
  const naive = (x: Tensor, w: Tensor) => tf.mul(tf.div(x, tf.sqrt(tf.add(tf.mean(tf.square(x), -1, true), 1e-3))), w);
  expectEqual(
    differentiate((x, w) => rmsNorm(tf, x as Tensor, w as Tensor, 1e-3), inputs),
    differentiate(naive as never, inputs),
  );
});

test('rmsNorm: with frozen weights the input has the same gradient, and the weights have none', () => {
  const [x, w] = [tf.tensor2d(wave(12, 0), [3, 4]), tf.tensor1d(wave(4, 1))];
  expectEqual(
    differentiate((input) => rmsNorm(tf, input as Tensor, w, 1e-3, { trained: false }), [x]),
    differentiate((input) => rmsNorm(tf, input as Tensor, w, 1e-3), [x]),
  );
  const ofBoth = tf.grads((input, scale) => tf.sum(rmsNorm(tf, input, scale, 1e-3, { trained: false })));
  expect(() => ofBoth([x, w])).toThrow(/gradient/);
});

test('swiglu: its closed gradient is the one of its formula', () => {
  const inputs = [tf.tensor2d(wave(6, 0), [2, 3]), tf.tensor2d(wave(6, 1), [2, 3])];
  const naive = (gate: Tensor, up: Tensor) => tf.mul(tf.mul(gate, tf.sigmoid(gate)), up);
  expectEqual(
    differentiate((g, u) => swiglu(tf, g as Tensor, u as Tensor), inputs),
    differentiate(naive as never, inputs),
  );
});

test('rotate: as complex numbers, and its gradient turns back', () => {
  const angles = Float32Array.of(0, 0, 0.5, 0.2, 1, 0.4); // [3 positions, 2 pairs]
  const both = (of: (angle: number) => number) =>
    Float32Array.from({ length: 12 }, (_, i) => of(angles[Math.floor(i / 4) * 2 + (i % 2)] as number));
  const cosines = tf.tensor2d(both(Math.cos), [3, 4]);
  const signed = tf.tensor2d(signSines(both(Math.sin), 4), [3, 4]);
  const x = tf.tensor3d(wave(24, 0), [2, 3, 4]);
  const y = rotate(tf, x, cosines, signed).arraySync() as number[][][];
  // Position 1, pair 0 of row 0: (a + i b) e^{0.5 i} with a at 0 and b at 2.
  const [a, b] = [Math.sin(1.7 * 4), Math.sin(1.7 * 6)];
  expect(y[0]?.[1]?.[0]).toBeCloseTo(a * Math.cos(0.5) - b * Math.sin(0.5), 6);
  expect(y[0]?.[1]?.[2]).toBeCloseTo(a * Math.sin(0.5) + b * Math.cos(0.5), 6);
  const naive = (input: Tensor) => {
    const [first, second] = tf.split(input, 2, 2) as [Tensor, Tensor];
    const [c, s] = [tf.slice(cosines, [0, 0], [3, 2]), tf.slice(signed, [0, 2], [3, 2])];
    return tf.concat([tf.sub(tf.mul(first, c), tf.mul(second, s)), tf.add(tf.mul(first, s), tf.mul(second, c))], 2);
  };
  expectEqual(
    differentiate((z) => rotate(tf, z as Tensor, cosines, signed), [x]),
    differentiate(naive as never, [x]),
  );
});

test.each([5, 3000])(
  'embed: rows of the matrix; a token that occurs twice gets both gradients (vocabulary %d)',
  (size) => {
    const matrix = tf.tensor2d(wave(size * 2, 0), [size, 2]);
    const ids = tf.tensor1d([3, 0, 3], 'int32');
    const [, gradient] = differentiate((m) => embed(tf, m as Tensor, ids), [matrix]) as [number[], number[]];
    const dy = wave(6, 0.3) as unknown as number[];
    expect(gradient[0]).toBeCloseTo(dy[2] as number, 6);
    expect(gradient[6]).toBeCloseTo((dy[0] as number) + (dy[4] as number), 6);
    expect(gradient[7]).toBeCloseTo((dy[1] as number) + (dy[5] as number), 6);
    expect(gradient.filter((value) => value !== 0)).toHaveLength(4);
  },
);
