import type { TensorFlow } from '@turnwise/accelerator';
import { clippedSurrogate } from '@turnwise/gtpo';
import { describe, expect, test } from 'vitest';
import { backendOrNull } from '../../test/backends.js';
import { failingLoss, failRun } from '../../test/failing-memory.js';
import { livelyWeights, raggedBatch, smallConfig } from '../../test/small-model.js';
import { WeightStore } from '../weight-store.js';
import { type LearnerOptions, PolicyLearner } from './policy-learner.js';

const batch = raggedBatch([36, 20, 8, 35, 14, 31]);

describe.each(['cpu', 'native'] as const)('on %s', async (name) => {
  const backend = await backendOrNull(name);
  const tf = backend?.tf as TensorFlow;
  const on = test.skipIf(backend === null);

  async function learner(options: LearnerOptions = {}) {
    await backendOrNull(name);
    const store = new WeightStore(tf, smallConfig, livelyWeights(smallConfig), 0);
    return { store, learner: new PolicyLearner(store, { learningRate: 0.01, ...options }) };
  }

  /** An optimizer has two moments of each weight from its first step on. */
  const momentsOf = ({ store }: Awaited<ReturnType<typeof learner>>) => 2 * Object.keys(store.weights).length;

  const weightsOf = ({ store }: Awaited<ReturnType<typeof learner>>) =>
    Object.fromEntries(Object.entries(store.weights).map(([key, tensor]) => [key, tensor.dataSync()]));

  on('the micro-batch is halved, the step repeated: the bits of a run that had the smaller one', async () => {
    const loss = clippedSurrogate();
    const failing = await learner({ shards: 1 });
    // Six rows of 36 tokens, or padded to eight rows of 64, are one micro-batch; half of it:
    const reference = await learner({ shards: 1, microBatchTokens: name === 'native' ? 256 : 108 });
    const before = tf.memory().numTensors;
    const first = await failing.learner.update(batch, failingLoss(loss, [1]), { epochs: 2 });
    expect(first.halvedBatches).toBe(1);
    const smaller = await reference.learner.update(batch, loss, { epochs: 2 });
    expect(first).toEqual({ ...smaller, halvedBatches: 1 });
    expect(smaller.halvedBatches).toBe(0);
    expect(weightsOf(failing)).toEqual(weightsOf(reference));
    expect(tf.memory().numTensors).toBe(before + momentsOf(failing) + momentsOf(reference));

    // For the rest of the run: the second update computes in the same pieces.
    const next = await failing.learner.update(batch, loss);
    expect(next).toEqual(await reference.learner.update(batch, loss));
    expect(weightsOf(failing)).toEqual(weightsOf(reference));
    failing.learner.dispose();
    reference.learner.dispose();
  });

  on('halved once, the result differs from the whole micro-batch by rounding alone', async () => {
    const gradient = async (loss: ReturnType<typeof clippedSurrogate>) => {
      const made = await learner({ shards: 2, beta1: 0, maxGradNorm: 1e9 });
      await made.learner.update(batch, loss);
      const { first } = made.learner.state();
      made.learner.dispose();
      return first;
    };
    const whole = await gradient(clippedSurrogate());
    const halved = await gradient(failingLoss(clippedSurrogate(), [2]));
    for (const [key, values] of whole) {
      values.forEach((value, i) => {
        expect(Math.abs(value - ((halved.get(key) as Float32Array)[i] as number)), key).toBeLessThan(2e-6);
      });
    }
  });

  on('shards are halved when there is one row in each; a single row that does not fit is an error', async () => {
    const made = await learner({ shards: 2, microBatchTokens: 1 });
    const before = tf.memory().numTensors;
    const pair = raggedBatch([20, 20]);
    expect((await made.learner.update(pair, failingLoss(clippedSurrogate(), [1]))).halvedBatches).toBe(1);
    const old = weightsOf(made);
    await expect(made.learner.update(pair, failingLoss(clippedSurrogate(), [1]))).rejects.toThrow(
      /^out of memory: a single row of (20|32) tokens does not fit$/,
    );
    expect(weightsOf(made)).toEqual(old);
    expect(tf.memory().numTensors).toBe(before + momentsOf(made));
    expect((await made.learner.update(pair, clippedSurrogate())).halvedBatches).toBe(0);
    made.learner.dispose();
  });

  on('every other error of a step is passed on, and leaves no tensors', async () => {
    const made = await learner();
    const before = tf.memory().numTensors;
    const broken = { ...clippedSurrogate(), terms: () => ({}) as never };
    await expect(made.learner.update(batch, broken)).rejects.toThrow(TypeError);
    expect(tf.memory().numTensors).toBe(before);
    made.learner.dispose();
  });
});

describe('when the run of a compiled graph fails', async () => {
  const backend = await backendOrNull('native');
  const tf = backend?.tf as TensorFlow;
  const on = test.skipIf(backend === null);

  on('in the middle of a step, and while scoring', async () => {
    await backendOrNull('native');
    const loss = clippedSurrogate();
    const options = { shards: 2, microBatchTokens: 128 };
    const store = new WeightStore(tf, smallConfig, livelyWeights(smallConfig), 0);
    const other = new WeightStore(tf, smallConfig, livelyWeights(smallConfig), 0);
    const [failing, reference] = [new PolicyLearner(store, options), new PolicyLearner(other, options)];
    const scores = await reference.score(batch);
    // Two rows of 64 padded tokens in each micro-batch: the second of three fails, and each row is one of its own then.
    const mend = failRun(tf, 2);
    try {
      expect(await failing.score(batch)).toEqual(await reference.score(batch));
    } finally {
      mend();
    }
    expect(scores).toHaveLength(batch.sequences * batch.tokens);
    const before = tf.memory().numTensors;
    const again = failRun(tf, 2);
    let metrics: Awaited<ReturnType<typeof failing.update>>;
    try {
      metrics = await failing.update(batch, loss);
    } finally {
      again();
    }
    expect(metrics.halvedBatches).toBe(2); // one of the score before it
    expect(metrics.loss).toBeCloseTo((await reference.update(batch, loss)).loss, 6);
    // Two moments of each weight, which both learners have from their first step on.
    expect(tf.memory().numTensors).toBe(before + 4 * Object.keys(store.weights).length);
    failing.dispose();
    reference.dispose();
  });
});
