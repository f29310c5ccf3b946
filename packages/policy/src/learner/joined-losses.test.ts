import type { TensorFlow } from '@turnwise/accelerator';
import {
  clippedSurrogate,
  evaluateLoss,
  gspoLoss,
  type PolicyBatch,
  type PolicyLoss,
  sequencesAndTurns,
  tokenWeights,
  truncatedImportanceSampling,
} from '@turnwise/gtpo';
import { describe, expect, test } from 'vitest';
import { backendOrNull } from '../../test/backends.js';
import { float64Logprobs } from '../../test/float64-model.js';
import { livelyWeights, raggedBatch, rowTokens, smallConfig } from '../../test/small-model.js';
import { WeightStore } from '../weight-store.js';
import { type LearnerOptions, PolicyLearner } from './policy-learner.js';

const ROWS = raggedBatch([9, 14, 11], 1);
const BATCH: PolicyBatch = { ...ROWS, rolloutLogprobs: ROWS.behaviourLogprobs.map((value) => 1.1 * value) };

/** Losses that join the tokens of a sequence or a turn, or read another column. */
const LOSSES: [string, PolicyLoss][] = [
  ['sequences', gspoLoss({ clipLow: 0.5, clipHigh: 0.5, aggregation: { kind: 'group-mean' } })],
  ['turns', clippedSurrogate({ ratio: 'turn', clipHigh: 5, aggregation: { kind: 'turn-mean' } })],
  ['the engine', truncatedImportanceSampling(gspoLoss({ clipHigh: 5 }), { level: 'sequence', cap: 3 })],
];

describe.each(['cpu', 'native'] as const)('on %s', async (name) => {
  const backend = await backendOrNull(name);
  const tf = backend?.tf as TensorFlow;

  async function update(loss: PolicyLoss, options: LearnerOptions, batch = BATCH) {
    await backendOrNull(name);
    const learner = new PolicyLearner(new WeightStore(tf, smallConfig, livelyWeights(smallConfig), 0), {
      beta1: 0,
      maxGradNorm: 1e9,
      ...options,
    });
    try {
      const metrics = await learner.update(batch, loss);
      return { metrics, gradient: learner.state().first };
    } finally {
      learner.dispose();
    }
  }

  test.skipIf(backend === null).each(LOSSES)(
    '%s: the value of the oracle, however the rows are split',
    async (_, loss) => {
      const weights = livelyWeights(smallConfig);
      const policyLogprobs = Array.from({ length: BATCH.sequences }, (_row, row) => {
        const own = new Float64Array(BATCH.tokens);
        own.set(float64Logprobs(smallConfig, weights, rowTokens(BATCH, row), BATCH.temperature));
        return [...own];
      }).flat();
      const expected = evaluateLoss(loss, {
        policyLogprobs,
        behaviourLogprobs: BATCH.behaviourLogprobs,
        rolloutLogprobs: BATCH.rolloutLogprobs as Float32Array,
        advantages: BATCH.advantages,
        actionMask: BATCH.actionMask,
        weights: tokenWeights(BATCH, loss.aggregation),
        ...sequencesAndTurns(BATCH),
      });
      const whole = await update(loss, { shards: 1 });
      // The clip lets some gradient through, or nothing is compared.
      expect(expected.gradient.some((value) => value !== 0)).toBe(true);
      expect(whole.metrics.loss).toBeCloseTo(expected.value, 5);
      for (const [key, value] of Object.entries(expected.metrics)) {
        expect(whole.metrics.steps[0]?.[key]).toBeCloseTo(value, 4);
      }
      const split = await update(loss, { shards: 2, microBatchTokens: 16 });
      expect(split.metrics.loss).toBeCloseTo(expected.value, 5);
      for (const [key, values] of whole.gradient) {
        const other = split.gradient.get(key) as Float32Array;
        values.forEach((value, i) => {
          expect(Math.abs(value - (other[i] as number)), key).toBeLessThan(1e-5 + 1e-4 * Math.abs(value));
        });
      }
    },
  );

  test.skipIf(backend === null)('refuses a batch without what the loss needs', async () => {
    const loss = truncatedImportanceSampling(clippedSurrogate());
    await expect(update(loss, {}, ROWS)).rejects.toThrow('rolloutLogprobs: the batch must hold them for the loss');
  });
});
