import type { Tensor, TensorFlow } from '@turnwise/accelerator';
import { describe, expect, test } from 'vitest';
import { backendOrNull } from '../../test/backends.js';
import { float64Entropies, float64Logprobs } from '../../test/float64-model.js';
import { livelyWeights, smallConfig, someTokens, variants } from '../../test/small-model.js';
import { tensorsOf } from '../weight-store.js';
import type { ModelConfig } from './model-config.js';
import { type TokenLogprobsOptions, tokenLogprobs } from './token-logprobs.js';

describe.each(['cpu', 'wasm', 'native'] as const)('on %s', async (name) => {
  const backend = await backendOrNull(name);
  const tf = backend?.tf as TensorFlow;

  const models: (readonly [string, ModelConfig, number])[] = [
    ['grouped queries', smallConfig, 1],
    ['one key-value head per head, tied', { ...smallConfig, keyValueHeads: 4, tiedEmbeddings: true }, 1],
    ['one key-value head, temperature 0.5', { ...smallConfig, keyValueHeads: 1 }, 0.5],
    ...variants.map(([what, config]) => [what, config, 1] as const),
  ];
  test.skipIf(backend === null).each(models)(
    'log-probs and entropies are those of the float64 twin: %s',
    async (_, config, temperature) => {
      await backendOrNull(name);
      const weights = livelyWeights(config);
      const rows = [someTokens(9, 0), someTokens(9, 1)];
      tf.tidy(() => {
        const ids = tf.tensor2d(rows, [2, 9], 'int32');
        const tensors = tensorsOf(tf, config, weights);
        const { logprobs, entropies } = tokenLogprobs(tf, config, tensors, ids, tf.scalar(1 / temperature));
        const got = logprobs.arraySync() as number[][];
        rows.forEach((row, i) => {
          float64Logprobs(config, weights, row, temperature).forEach((expected, t) => {
            expect(got[i]?.[t]).toBeCloseTo(expected, 4);
          });
        });
        const entropy = entropies.arraySync() as number[][];
        rows.forEach((row, i) => {
          for (const [t, expected] of float64Entropies(config, weights, row, temperature).entries()) {
            expect(entropy[i]?.[t]).toBeCloseTo(expected, 4);
          }
        });
      });
    },
  );

  test.skipIf(backend === null).each([
    ['grouped queries', smallConfig],
    ['tied', { ...smallConfig, tiedEmbeddings: true }],
    ['norms of queries and keys', { ...smallConfig, queryKeyNorm: true }],
  ])(
    'of wanted tokens alone, or in pieces of the vocabulary, values and gradients are those of all: %s',
    async (_, config) => {
      await backendOrNull(name);
      const weights = livelyWeights(config);
      // Row 0 wants its tokens 2, 3 and 8; row 1 only token 1, and its other places are filled up.
      const wantedAt = [[2, 3, 8], [1]];
      const mask = tf.tensor2d([
        [0, 0, 1, 1, 0, 0, 0, 0, 1],
        [0, 1, 0, 0, 0, 0, 0, 0, 0],
      ]);
      tf.tidy(() => {
        const tensors = tensorsOf(tf, config, weights);
        const names = Object.keys(tensors);
        const ids = tf.tensor2d([someTokens(9, 0), someTokens(9, 1)], [2, 9], 'int32');
        const places = wantedAt.map((at) => Array.from({ length: 9 }, (_, t) => at.indexOf(t)));
        const wanted = {
          positions: tf.tensor2d(
            [
              [1, 2, 7],
              [0, 8, 8],
            ],
            [2, 3],
            'int32',
          ),
          places: tf.tensor2d(places, [2, 9], 'int32'),
        };
        const differentiated = (options: TokenLogprobsOptions): Float32Array[] => {
          const kept: Float32Array[] = [];
          const loss = (...given: Tensor[]): Tensor => {
            const own = Object.fromEntries(names.map((key, i) => [key, given[i] as Tensor]));
            const made = tokenLogprobs(tf, config, own, ids, tf.scalar(1), { entropyGradient: true, ...options });
            const [logprobs, entropies] = [tf.mul(made.logprobs, mask), tf.mul(made.entropies, mask)];
            kept.push(logprobs.dataSync() as Float32Array, entropies.dataSync() as Float32Array);
            return tf.sum(tf.add(tf.square(logprobs), tf.mul(entropies, 3)));
          };
          const { grads } = tf.valueAndGrads(loss as never)(Object.values(tensors));
          return [...kept, ...grads.map((gradient) => gradient.dataSync() as Float32Array)];
        };
        const all = differentiated({});
        // 40 logits at once: pieces of 2 of the 32 tokens of the vocabulary; 200: of 10 and 11.
        for (const options of [
          { wanted },
          { wanted, activationCheckpointing: true },
          { chunkElements: 40 },
          { wanted, chunkElements: 200, activationCheckpointing: true },
        ]) {
          differentiated(options).forEach((values, k) => {
            const expected = all[k] as Float32Array;
            const scale = Math.max(1, ...expected.map(Math.abs));
            expect(values.length).toBe(expected.length);
            values.forEach((value, i) => {
              expect(Math.abs(value - (expected[i] as number))).toBeLessThan(5e-6 * scale);
            });
          });
        }
      });
      mask.dispose();
    },
  );
});
