import type { TensorFlow } from '@turnwise/accelerator';
import { describe, expect, test } from 'vitest';
import { backendOrNull } from '../../test/backends.js';
import { float64Entropies, float64Logprobs } from '../../test/float64-model.js';
import { livelyWeights, smallConfig, someTokens, variants } from '../../test/small-model.js';
import { tensorsOf } from '../weight-store.js';
import type { ModelConfig } from './model-config.js';
import { tokenLogprobs } from './token-logprobs.js';

describe.each(['cpu', 'wasm', 'native'] as const)('on %s', async (name) => {
  const backend = await backendOrNull(name);
  const tf = backend?.tf as TensorFlow;

  test
    .skipIf(backend === null)
    .each([
      ['grouped queries', smallConfig, 1],
      ['one key-value head per head, tied', { ...smallConfig, keyValueHeads: 4, tiedEmbeddings: true }, 1],
      ['one key-value head, temperature 0.5', { ...smallConfig, keyValueHeads: 1 }, 0.5],
      ...variants.map(([name, config]) => [name, config, 1] as const),
    ])('log-probs and entropies are those of the float64 twin: %s', async (_, config, temperature) => {
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
  });
});
