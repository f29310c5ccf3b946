import type { TensorFlow } from '@turnwise/accelerator';
import { supervised } from '@turnwise/gtpo';
import { describe, expect, test } from 'vitest';
import { backendOrNull } from '../../test/backends.js';
import { livelyWeights, raggedBatch, smallConfig } from '../../test/small-model.js';
import { WeightStore } from '../weight-store.js';
import { type LearnerOptions, PolicyLearner } from './policy-learner.js';

const batch = raggedBatch([11, 20, 8]);
const good = supervised();
/** The gradient of a token's loss is the factor: one that is not finite reaches every weight. */
const scaledBy = (factor: number) => ({
  ...good,
  terms: ((ops, { policyLogprobs }) => ({
    loss: ops.mul(ops.constant(factor), policyLogprobs),
    metrics: {},
  })) as typeof good.terms,
});

describe.each(['cpu', 'native'] as const)('on %s', async (name) => {
  const backend = await backendOrNull(name);
  const tf = backend?.tf as TensorFlow;
  const on = test.skipIf(backend === null);

  async function learner(options: LearnerOptions = {}, weights = livelyWeights(smallConfig)) {
    await backendOrNull(name);
    const store = new WeightStore(tf, smallConfig, weights, 7);
    return { store, weights, learner: new PolicyLearner(store, options) };
  }

  function expectUnmoved({ store, weights, learner: own }: Awaited<ReturnType<typeof learner>>): void {
    expect(own.state().step).toBe(0);
    expect(store.version).toBe(7);
    for (const [key, values] of weights) expect(store.weights[key]?.dataSync(), key).toEqual(values);
  }

  on('a gradient: nothing moves, the version stays, the tensor is named', async () => {
    const made = await learner();
    const metrics = await made.learner.update(batch, scaledBy(Number.NaN));
    expect(metrics).toMatchObject({ optimizerSteps: 0, skippedSteps: 1, policyVersion: 7 });
    expect(metrics.nonFinite).toEqual([{ step: 1, what: 'gradient', tensor: 'model.embed_tokens.weight' }]);
    expectUnmoved(made);
    const next = await made.learner.update(batch, good);
    expect(next).toMatchObject({ optimizerSteps: 1, skippedSteps: 0, nonFinite: [], policyVersion: 8 });
    made.learner.dispose();
  });

  on('a weight is named before the gradients that it spoils', async () => {
    const weights = livelyWeights(smallConfig);
    (weights.get('model.layers.1.mlp.up_proj.weight') as Float32Array)[5] = Number.POSITIVE_INFINITY;
    const made = await learner({}, weights);
    const { nonFinite } = await made.learner.update(batch, good);
    expect(nonFinite).toEqual([{ step: 1, what: 'weight', tensor: 'model.layers.1.mlp.up_proj.weight' }]);
    expectUnmoved(made);
    made.learner.dispose();
  });

  on('a weight that no gradient reaches is found too', async () => {
    const weights = livelyWeights(smallConfig);
    const unused = [...Array(32).keys()].find((id) => !batch.tokenIds.includes(id)) as number;
    (weights.get('model.embed_tokens.weight') as Float32Array)[unused * 16] = Number.NEGATIVE_INFINITY;
    const made = await learner({}, weights);
    const metrics = await made.learner.update(batch, good);
    expect(Number.isFinite(metrics.gradNorm)).toBe(true);
    expect(metrics.nonFinite).toEqual([{ step: 1, what: 'weight', tensor: 'model.embed_tokens.weight' }]);
    made.learner.dispose();
  });

  on('finite gradients whose squares overflow, and a rate that leads nowhere', async () => {
    const made = await learner();
    // Squares of 1e25 are beyond float32, which ends at 3.4e38; so is a rate of 1e39.
    const [overflow] = (await made.learner.update(batch, scaledBy(1e25))).nonFinite ?? [];
    expect(overflow?.what).toBe('gradient-norm');
    const [far] = (await made.learner.update(batch, good, { learningRate: 1e39 })).nonFinite ?? [];
    expect(far).toEqual({ step: 1, what: 'new-weight', tensor: 'model.embed_tokens.weight' });
    expectUnmoved(made);
    made.learner.dispose();
  });

  on('three in a row end the run with the step and the tensor; one good step starts the count anew', async () => {
    const made = await learner();

    const nan = scaledBy(Number.NaN);
    await made.learner.update(batch, nan, { epochs: 2 });
    await made.learner.update(batch, good);
    await made.learner.update(batch, nan, { epochs: 2 });
    await expect(made.learner.update(batch, nan)).rejects.toThrow(
      'update: 3 optimizer steps in a row were not finite; at step 2 the gradient of model.embed_tokens.weight',
    );
    expect(made.learner.state().step).toBe(1);
    made.learner.dispose();
  });

  on('an update that ends by an error after a step has raised the version', async () => {
    const made = await learner({ maxSkippedSteps: 1 });
    // The first minibatch is good. In the second a weight of the loss is not finite.
    const half = raggedBatch([12, 12]);
    half.advantages.fill(1);
    half.advantages[12 + 4] = Number.NaN;
    const weighted = {
      ...good,
      terms: ((ops, { policyLogprobs, advantages }) => ({
        loss: ops.neg(ops.mul(advantages, policyLogprobs)),
        metrics: {},
      })) as typeof good.terms,
    };
    await expect(made.learner.update(half, weighted, { minibatches: 2 })).rejects.toThrow('at step 2 the gradient');
    expect(made.store.version).toBe(8);
    expect(made.learner.state().step).toBe(1);
    made.learner.dispose();
  });

  on('looking for the tensor leaves no tensors', async () => {
    const made = await learner({ maxSkippedSteps: 99 });
    const nan = scaledBy(Number.NaN);
    await made.learner.update(batch, nan);
    const before = tf.memory().numTensors;
    await made.learner.update(batch, nan);
    expect(tf.memory().numTensors).toBe(before);
    made.learner.dispose();
  });
});
