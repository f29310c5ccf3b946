import type { Tensor, TensorFlow } from '@turnwise/accelerator';
import { describe, expect, test } from 'vitest';
import { backendOrNull } from '../../test/backends.js';
import { chooseInBlocks } from './choose-in-blocks.js';
import type { ChoiceInputs } from './choose-tokens.js';

const wave = (length: number, phase: number) => Float32Array.from({ length }, (_, i) => Math.sin(1.7 * i + phase));

describe.each(['cpu', 'wasm', 'native'] as const)('on %s', async (name) => {
  const backend = await backendOrNull(name);
  const tf = backend?.tf as TensorFlow;
  const [rows, width, vocabulary] = [7, 4, 30];

  test.skipIf(backend === null).each([false, true])(
    'blocks of rows choose what all rows do; narrowed: %s',
    async (narrowed) => {
      await backendOrNull(name);
      tf.tidy(() => {
        const hidden = tf.tensor2d(wave(rows * width, 0), [rows, width]);
        const output = tf.tensor2d(wave(width * vocabulary, 1), [width, vocabulary]);
        const column = (of: (row: number) => number): Tensor =>
          tf.tensor2d(
            Float32Array.from({ length: rows }, (_, row) => of(row)),
            [rows, 1],
          );
        const inputs: ChoiceInputs = {
          uniforms: tf.tensor1d(Float32Array.from({ length: rows }, (_, row) => (row + 0.5) / rows)),
          inverseTemperatures: column((row) => 1 + row / 4),
          greedy: tf.tensor1d([0, 1, 0, 0, 1, 0, 0], 'int32'),
          ...(narrowed
            ? {
                narrowing: {
                  topK: column((row) => 2 + row),
                  topP: column(() => 0.9),
                  minP: column(() => 0),
                  allowed: tf.tensor2d(
                    Float32Array.from({ length: rows * vocabulary }, (_, i) => (i % 3 === 0 ? 1 : 0)),
                    [rows, vocabulary],
                  ),
                },
              }
            : {}),
        };
        const most: number[] = [];
        const logitsOf = (part: Tensor): Tensor => {
          most.push(part.shape[0] as number);
          return tf.mul(tf.matMul(part, output), 3);
        };
        const choose = (elements?: number) => chooseInBlocks(tf, hidden, vocabulary, logitsOf, inputs, elements);
        const [whole, blocks] = [choose(), choose(3 * vocabulary)];
        expect(most).toEqual([7, 3, 3, 1]);
        expect([...blocks.tokens.dataSync()]).toEqual([...whole.tokens.dataSync()]);
        const kinds = ['logprobs', 'drawnLogprobs'] as const;
        for (const kind of narrowed ? kinds : kinds.slice(0, 1)) {
          const expected = (whole[kind] as Tensor).dataSync();
          (blocks[kind] as Tensor).dataSync().forEach((value, i) => {
            expect(value).toBeCloseTo(expected[i] as number, 5);
          });
        }
      });
    },
  );
});
