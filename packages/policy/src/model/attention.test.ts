import type { Tensor, TensorFlow } from '@turnwise/accelerator';
import { beforeAll, expect, test } from 'vitest';
import { backendOrNull } from '../../test/backends.js';
import { type AttentionBlock, attention } from './attention.js';
import { blockOf, causalBlocks } from './causal-mask.js';

let tf: TensorFlow;
beforeAll(async () => {
  tf = ((await backendOrNull('cpu')) as { tf: TensorFlow }).tf;
});

const [rows, heads, keyValueHeads, tokens, headSize] = [2, 4, 2, 37, 3] as const;

const wave = (shape: number[], phase: number): Tensor => {
  const size = shape.reduce((product, n) => product * n, 1);
  return tf.tensor(
    Float32Array.from({ length: size }, (_, i) => 2 * Math.sin(1.7 * i + phase)),
    shape,
  );
};

/** Result and gradients of `sum(f(q, k, v) * weights)`. */
function differentiate(f: (q: Tensor, k: Tensor, v: Tensor) => Tensor, given: Tensor[]): Float32Array[] {
  return tf.tidy(() => {
    let result: Float32Array = new Float32Array();
    const weighted = (...inputs: Tensor[]): Tensor => {
      const [q, k, v] = inputs as [Tensor, Tensor, Tensor];
      const y = f(q, k, v);
      result = y.dataSync() as Float32Array;
      return tf.sum(tf.mul(y, wave(y.shape, 0.3)));
    };
    const { grads } = tf.valueAndGrads(weighted as never)(given);
    return [result, ...grads.map((gradient) => gradient.dataSync() as Float32Array)];
  });
}

/** Query head h uses key-value head floor(h / 2); position p sees the keys up to `last(p)`. */
function plainly(last: (row: number, p: number) => number) {
  return (q: Tensor, k: Tensor, v: Tensor): Tensor => {
    const wide = (x: Tensor): Tensor =>
      tf.reshape(tf.tile(tf.reshape(x, [rows, keyValueHeads, 1, tokens * headSize]), [1, 1, 2, 1]), [
        rows,
        heads,
        tokens,
        headSize,
      ]);
    const queries = q.shape[2] as number;
    const mask = tf.tensor4d(
      Float32Array.from({ length: rows * queries * tokens }, (_, i) => {
        const [row, p, t] = [Math.floor(i / (queries * tokens)), Math.floor(i / tokens) % queries, i % tokens];
        return t > last(row, p) ? -1e9 : 0;
      }),
      [rows, 1, queries, tokens],
    );
    return tf.matMul(tf.softmax(tf.add(tf.matMul(q, wide(k), false, true), mask)), wide(v));
  };
}

function expectEqual(got: Float32Array[], expected: Float32Array[]): void {
  expect(got.map(({ length }) => length)).toEqual(expected.map(({ length }) => length));
  got.forEach((values, k) => {
    for (const [i, value] of values.entries()) {
      expect(Math.abs(value - ((expected[k] as Float32Array)[i] as number))).toBeLessThan(2e-5);
    }
  });
}

const keysAndValues = (): Tensor[] => [
  wave([rows, keyValueHeads, tokens, headSize], 1),
  wave([rows, keyValueHeads, tokens, headSize], 2),
];

test('in causal blocks: result and gradients are those of the plain formula', () => {
  const blocks = causalBlocks(tf, tokens);
  // 37 positions in blocks of at least 32.
  expect(blocks.map(({ start, end, keys }) => [start, end, keys])).toEqual([
    [0, 32, 32],
    [32, 37, 37],
  ]);
  const given = [wave([rows, heads, tokens, headSize], 0), ...keysAndValues()];
  expectEqual(
    differentiate((q, k, v) => attention(tf, q, k, v, blocks), given),
    differentiate(
      plainly((_, p) => p),
      given,
    ),
  );
});

test('of some positions of each row: result and gradients are those of the plain formula', () => {
  const at = [
    [0, 5, 36],
    [20, 21, 36],
  ];
  const blocks: AttentionBlock[] = [blockOf(tf, tf.tensor2d(at, [2, 3], 'int32'), tokens)];
  const given = [wave([rows, heads, 3, headSize], 0), ...keysAndValues()];
  expectEqual(
    differentiate((q, k, v) => attention(tf, q, k, v, blocks), given),
    differentiate(
      plainly((row, p) => at[row]?.[p] as number),
      given,
    ),
  );
});

test('few positions are one block, many are two, of which 3/4 of the products are computed', () => {
  expect(causalBlocks(tf, 7)).toHaveLength(1);
  const blocks = causalBlocks(tf, 128);
  // (1 + 2) * 64 * 64 of 128 * 128.
  expect(blocks.reduce((sum, { start, end, keys }) => sum + (end - start) * keys, 0)).toBe((128 * 128 * 3) / 4);
});
