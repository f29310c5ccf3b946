import type { TensorFlow } from '@turnwise/accelerator';
import {
  clippedSurrogate,
  entropyBonus,
  evaluateLoss,
  klToReference,
  type PolicyBatch,
  type Regularizer,
  supervised,
  tokenWeights,
} from '@turnwise/gtpo';
import { describe, expect, test } from 'vitest';
import { backendOrNull } from '../../test/backends.js';
import { float64Entropies, float64Logprobs } from '../../test/float64-model.js';
import { livelyWeights, raggedBatch, rowTokens, smallConfig } from '../../test/small-model.js';
import { PolicySampler } from '../sampler/policy-sampler.js';
import { WeightStore } from '../weight-store.js';
import { type LearnerOptions, PolicyLearner } from './policy-learner.js';

const config = smallConfig;
const lengths = [11, 20, 8, 35, 14];

/** Log-probabilities of the whole batch by the twin, `[sequences, tokens]`. */
function twinLogprobs(batch: PolicyBatch, weights: ReadonlyMap<string, ArrayLike<number>>): Float64Array {
  const result = new Float64Array(batch.sequences * batch.tokens);
  for (let row = 0; row < batch.sequences; row++) {
    result.set(float64Logprobs(config, weights, rowTokens(batch, row), batch.temperature), row * batch.tokens);
  }
  return result;
}

function twinEntropies(batch: PolicyBatch, weights: ReadonlyMap<string, ArrayLike<number>>): Float64Array {
  const result = new Float64Array(batch.sequences * batch.tokens);
  for (let row = 0; row < batch.sequences; row++) {
    result.set(float64Entropies(config, weights, rowTokens(batch, row), batch.temperature), row * batch.tokens);
  }
  return result;
}

function twinLoss(
  batch: PolicyBatch,
  weights: ReadonlyMap<string, ArrayLike<number>>,
  loss = clippedSurrogate(),
  regularizers: readonly Regularizer[] = [],
) {
  const { behaviourLogprobs, advantages, actionMask, referenceLogprobs } = batch;
  const inputs = {
    behaviourLogprobs,
    advantages,
    actionMask,
    policyLogprobs: twinLogprobs(batch, weights),
    weights: tokenWeights(batch, loss.aggregation),
    ...(referenceLogprobs === undefined ? {} : { referenceLogprobs, entropies: twinEntropies(batch, weights) }),
  };
  return evaluateLoss(loss, inputs, regularizers);
}

describe.each(['cpu', 'native'] as const)('on %s', async (name) => {
  const backend = await backendOrNull(name);
  const tf = backend?.tf as TensorFlow;
  const on = test.skipIf(backend === null);

  async function learner(options: LearnerOptions = {}, weights = livelyWeights(config)) {
    await backendOrNull(name);
    const store = new WeightStore(tf, config, weights, 0);
    return { store, learner: new PolicyLearner(store, options) };
  }

  /** The weights after one update with plain gradient steps made visible: see `gradientOf`. */
  async function updated(batch: PolicyBatch, options: LearnerOptions): Promise<Map<string, Float32Array>> {
    const made = await learner(options);
    await made.learner.update(batch, clippedSurrogate());
    const result = new Map(Object.entries(made.store.weights).map(([key, w]) => [key, w.dataSync() as Float32Array]));
    made.learner.dispose();
    return result;
  }

  /** The gradient of one update, read from the optimizer's first moment: after one step it is `(1 - beta1) g`. */
  async function gradientOf(
    batch: PolicyBatch,
    options: LearnerOptions = {},
    loss = clippedSurrogate(),
    regularizers: readonly Regularizer[] = [],
  ) {
    const made = await learner({ beta1: 0, maxGradNorm: 1e9, ...options });
    const metrics = await made.learner.update(batch, loss, { regularizers });
    const gradient = made.learner.state().first;
    made.learner.dispose();
    return { metrics, gradient };
  }

  on('loss, metrics and entropy are those of the float64 twin', async () => {
    const batch = raggedBatch(lengths, 1);
    const weights = livelyWeights(config);
    const expected = twinLoss(batch, weights);
    const { metrics } = await gradientOf(batch);
    expect(metrics.loss).toBeCloseTo(expected.value, 5);
    for (const [key, value] of Object.entries(expected.metrics)) expect(metrics.steps[0]?.[key]).toBeCloseTo(value, 4);
    const logprobs = twinLogprobs(batch, weights);
    let difference = 0;
    let entropy = 0;
    let count = 0;
    for (let row = 0; row < batch.sequences; row++) {
      const entropies = float64Entropies(config, weights, rowTokens(batch, row));
      entropies.forEach((value, t) => {
        const at = row * batch.tokens + t;
        if (batch.actionMask[at] !== 1) return;
        entropy += value;
        count += 1;
        difference = Math.max(difference, Math.abs((logprobs[at] as number) - (batch.behaviourLogprobs[at] as number)));
      });
    }
    expect(metrics.entropy).toBeCloseTo(entropy / count, 5);
    expect(metrics.logprobDifference).toBeCloseTo(difference, 4);
    expect(metrics).toMatchObject({ optimizerSteps: 1, skippedSteps: 0, policyVersion: 1, learningRate: 5e-4 });
  });

  const reference = livelyWeights(config, 2);
  const withReference = (batch: PolicyBatch): PolicyBatch => ({
    ...batch,
    referenceLogprobs: Float32Array.from(twinLogprobs(batch, reference), (x, at) => x * (batch.actionMask[at] ?? 0)),
  });

  on.each<[string, (batch: PolicyBatch) => PolicyBatch, Regularizer[]]>([
    ['alone', (batch) => batch, []],
    ['with an entropy bonus', withReference, [entropyBonus({ coefficient: 0.5 })]],
    ['with k2 to a reference', withReference, [klToReference({ coefficient: 0.3, value: 'k2' })]],
    [
      'with an entropy bonus, k1 and k3',
      withReference,
      [
        entropyBonus({ coefficient: 0.2 }),
        klToReference({ coefficient: 0.1, value: 'k1' }),
        klToReference({ coefficient: 0.3 }),
      ],
    ],
  ])('the gradient is the slope of the float64 twin, in every weight: %s', async (_, prepare, regularizers) => {
    const batch = prepare(raggedBatch([9, 12, 7], 0.7));
    const { gradient, metrics } = await gradientOf(batch, { microBatchTokens: 64 }, clippedSurrogate(), regularizers);
    const weights = new Map([...livelyWeights(config)].map(([key, values]) => [key, Float64Array.from(values)]));
    const value = () => twinLoss(batch, weights, clippedSurrogate(), regularizers);
    const expected = value();
    expect(metrics.loss).toBeCloseTo(expected.value, 4);
    for (const [key, mean] of Object.entries(expected.metrics)) expect(metrics.steps[0]?.[key]).toBeCloseTo(mean, 4);
    for (const [key, values] of weights) {
      // The entry with the greatest gradient: all others are scaled by it.
      const of = gradient.get(key) as Float32Array;
      const at = of.reduce((best, value, i) => (Math.abs(value) > Math.abs(of[best] as number) ? i : best), 0);
      const before = values[at] as number;
      const h = 1e-5;
      values[at] = before + h;
      const above = value().value;
      values[at] = before - h;
      const below = value().value;
      values[at] = before;
      const slope = (above - below) / (2 * h);
      expect(Math.abs((of[at] as number) - slope), key).toBeLessThan(2e-5 + 1e-4 * Math.abs(slope));
    }
  });

  on('the reference is a frozen policy: no divergence from itself; without it an error', async () => {
    const made = await learner({ learningRate: 0.01 });
    const frozen = await learner();
    const batch = raggedBatch(lengths);
    const regularizers = [klToReference({ coefficient: 1, value: 'k2' })];
    const loss = supervised();
    await expect(made.learner.update(batch, loss, { regularizers })).rejects.toThrow(
      'referenceLogprobs: the batch holds them for "kl-to-reference" (score of a frozen policy), got none',
    );
    const referenceLogprobs = await frozen.learner.score(batch);
    const held = { ...batch, referenceLogprobs };
    const divergences: number[] = [];
    for (let i = 0; i < 8; i++) {
      const { steps } = await made.learner.update(held, loss, { regularizers });
      divergences.push(steps[0]?.['kl_reference'] as number);
    }
    expect(divergences[0]).toBeLessThan(1e-9);
    expect(divergences[7]).toBeGreaterThan(1e-3);
    // Pulled back by the regularizer alone.
    const none = { ...loss, terms: ((ops) => ({ loss: ops.constant(0), metrics: {} })) as typeof loss.terms };
    for (let i = 0; i < 30; i++) await made.learner.update(held, none, { regularizers });
    const { steps } = await made.learner.update(held, none, { regularizers });
    expect(steps[0]?.['kl_reference']).toBeLessThan((divergences[7] as number) / 10);
    made.learner.dispose();
    frozen.learner.dispose();
  });

  on('shards and micro-batches, unequal as they are, give the gradient of the whole', async () => {
    const batch = raggedBatch(lengths);
    const whole = (await gradientOf(batch, { shards: 1, microBatchTokens: 4096 })).gradient;
    for (const options of [
      { shards: 1, microBatchTokens: 32 },
      { shards: 2, microBatchTokens: 4096 },
      { shards: 3, microBatchTokens: 128 },
    ]) {
      const split = (await gradientOf(batch, options)).gradient;
      for (const [key, values] of whole) {
        values.forEach((value, i) => {
          expect(Math.abs(value - ((split.get(key) as Float32Array)[i] as number))).toBeLessThan(2e-6);
        });
      }
    }
  });

  on(
    'sums leave the shards and are divided once: shards of unequal token counts give the loss of the whole',
    async () => {
      // Longest first, so one shard holds 35 + 20 tokens and the other 14 + 8: a mean of their means is another number.
      const batch = raggedBatch([35, 8, 20, 14]);
      const twin = (rows: number[]) => {
        const part = {
          ...batch,
          actionMask: batch.actionMask.map((on, at) => (rows.includes(Math.floor(at / 35)) ? on : 0)),
        };
        return twinLoss(part, livelyWeights(config));
      };
      const [whole, long, short] = [twin([0, 1, 2, 3]), twin([0, 2]), twin([1, 3])];
      const { metrics } = await gradientOf(batch, { shards: 2 });
      expect(Math.abs((long.value + short.value) / 2 - whole.value)).toBeGreaterThan(0.01);
      expect(metrics.loss).toBeCloseTo(whole.value, 5);
      const ratios = [long, short].map((part) => part.metrics['ratio_mean'] as number) as [number, number];
      expect(Math.abs((ratios[0] + ratios[1]) / 2 - (whole.metrics['ratio_mean'] as number))).toBeGreaterThan(0.01);
      expect(metrics.steps[0]?.['ratio_mean']).toBeCloseTo(whole.metrics['ratio_mean'] as number, 4);
    },
  );

  on('activation checkpointing changes no gradient, and keeps no tensors', async () => {
    const batch = raggedBatch(lengths);
    const whole = (await gradientOf(batch, { shards: 2 })).gradient;
    const before = tf.memory().numTensors;
    const again = (await gradientOf(batch, { shards: 2, activationCheckpointing: true })).gradient;
    for (const [key, values] of whole) {
      values.forEach((value, i) => {
        expect(Math.abs(value - ((again.get(key) as Float32Array)[i] as number))).toBeLessThan(2e-6);
      });
    }
    // The store of `gradientOf` stays, with its weights.
    expect(tf.memory().numTensors - before).toBe(whole.size);
  });

  on('score gives log-probs of action tokens at the temperature, 0 elsewhere', async () => {
    const batch = raggedBatch(lengths, 0.5);
    const made = await learner();
    const scores = await made.learner.score(batch);
    const expected = twinLogprobs(batch, livelyWeights(config));
    scores.forEach((value, at) => {
      expect(value).toBeCloseTo(batch.actionMask[at] === 1 ? (expected[at] as number) : 0, 4);
    });
    made.learner.dispose();
  });

  on('two epochs of two minibatches are four steps; the second epoch sees other ratios', async () => {
    const batch = raggedBatch(lengths);
    const made = await learner({ learningRate: 0.01 });
    batch.behaviourLogprobs.set(await made.learner.score(batch));
    const metrics = await made.learner.update(batch, clippedSurrogate({ clipLow: 0.01, clipHigh: 0.01 }), {
      epochs: 2,
      minibatches: 2,
    });
    expect(metrics.optimizerSteps).toBe(4);
    expect(metrics.steps[0]?.['ratio_mean']).toBeCloseTo(1, 5);
    expect(metrics.logprobDifference).toBeLessThan(1e-4);
    const clipped = (step: number) => {
      const { clip_fraction_low: low = 0, clip_fraction_high: high = 0 } = metrics.steps[step] ?? {};
      return low + high;
    };
    expect(clipped(0)).toBe(0);
    expect(clipped(3)).toBeGreaterThan(0);
    expect(metrics.policyVersion).toBe(1);
    made.learner.dispose();
  });

  on('supervised updates make the demonstrated tokens likely', async () => {
    const batch = raggedBatch([12, 12, 12]);
    const made = await learner({ learningRate: 0.01 });
    const loss = supervised();
    const losses: number[] = [];
    for (let i = 0; i < 30; i++) losses.push((await made.learner.update(batch, loss)).loss);
    expect(losses[0]).toBeGreaterThan(2);
    expect(losses[29]).toBeLessThan(0.3);
    made.learner.dispose();
  });

  on('the same update twice gives the same bits', async () => {
    const batch = raggedBatch(lengths);
    expect(await updated(batch, {})).toEqual(await updated(batch, {}));
  });

  on('warm-up and an explicit learning rate', async () => {
    const batch = raggedBatch([8]);
    const made = await learner({ learningRate: 0.1, warmupSteps: 1 });
    const loss = supervised();
    const rates = [];
    for (const options of [{}, { learningRate: 0.3 }, {}]) {
      rates.push((await made.learner.update(batch, loss, options)).learningRate);
    }
    expect(rates).toEqual([0.05, 0.3, 0.1]);
    made.learner.dispose();
  });

  on('the schedule counts optimizer steps, skipped ones left out', async () => {
    const batch = raggedBatch([8, 9]);
    const made = await learner({ learningRate: 1e-3, schedule: { kind: 'linear', steps: 4 } });
    const loss = supervised();
    const terms: typeof loss.terms = (ops, { policyLogprobs }) => ({
      loss: ops.mul(ops.constant(Number.NaN), policyLogprobs),
      metrics: {},
    });
    const nan = { ...loss, terms };
    const rates = [];
    for (const [own, minibatches] of [
      [loss, 2],
      [nan, 1],
      [loss, 1],
      [loss, 1],
      [loss, 1],
    ] as const) {
      rates.push((await made.learner.update(batch, own, { minibatches })).learningRate);
    }
    // The last step of each update: steps 0 and 1, then 2 twice, then 3 and the end.
    for (const [i, expected] of [0.75e-3, 0.5e-3, 0.5e-3, 0.25e-3, 0].entries())
      expect(rates[i]).toBeCloseTo(expected, 12);
    made.learner.dispose();
  });

  on('updates leave no tensors behind', async () => {
    const batch = raggedBatch(lengths);
    const made = await learner();
    const loss = clippedSurrogate();
    await made.learner.update(batch, loss);
    await made.learner.score(batch);
    const before = tf.memory().numTensors;
    for (let i = 0; i < 3; i++) await made.learner.update(batch, loss, { minibatches: 2 });
    await made.learner.score(batch);
    expect(tf.memory().numTensors).toBe(before);
    made.learner.dispose();
  });

  on.each([
    [{ tokenIds: new Int32Array(3) }, 'tokenIds: 5 x 35 values, got 3'],
    [{ sequenceLengths: Int32Array.of(1) }, 'sequenceLengths: one per sequence (5), got 1'],
    [{ temperature: 0 }, 'temperature: above 0, got 0'],
    [
      { sequenceLengths: Int32Array.of(11, 20, 8, 36, 14) },
      "sequenceLengths[3]: at most the batch's 35 tokens, got 36",
    ],
    [{ referenceLogprobs: new Float32Array(5) }, 'referenceLogprobs: 5 x 35 values, got 5'],
    [{ rolloutLogprobs: new Float32Array(6) }, 'rolloutLogprobs: 5 x 35 values, got 6'],
    [{ turnIndices: new Int32Array(7) }, 'turnIndices: 5 x 35 values, got 7'],
    [{ tokenIds: new Int32Array(175).fill(32) }, 'tokenIds[0]: in [0, 32), got 32'],
    [{ actionMask: new Uint8Array(175).fill(1) }, 'actionMask[0, 0]: 0, since nothing stands before'],
  ])('refuses a broken batch: %j', async (change, message) => {
    const made = await learner();
    await expect(made.learner.update({ ...raggedBatch(lengths), ...change }, supervised())).rejects.toThrow(message);
    made.learner.dispose();
  });

  on('a sequence beyond the context is refused by name, by update and by score', async () => {
    const made = await learner();
    const long = raggedBatch([12, 65]);
    const message = 'sequenceLengths[1]: at most 64 tokens, the context of the policy, got 65';
    await expect(made.learner.update(long, supervised())).rejects.toThrow(new RangeError(message));
    await expect(made.learner.score(long)).rejects.toThrow(new RangeError(message));
    expect((await made.learner.update(raggedBatch([12, 64]), supervised())).optimizerSteps).toBe(1);
    made.learner.dispose();
  });

  on('neither samples nor scores while the weights stand between two steps', async () => {
    const made = await learner();
    const batch = raggedBatch(lengths);
    const sampler = new PolicySampler(made.store, { rows: 1, shards: 1 });
    const opened = sampler.open({ seed: 1, update: 0, task: 0, sample: 0 });
    const request = { newTokenIds: [1], turn: 0, maxTokens: 1, stopTokenIds: [], temperature: 1 };
    const update = made.learner.update(batch, supervised());
    await expect(made.learner.score(batch)).rejects.toThrow('score: the weights are being updated');
    await expect(opened.sample(request)).rejects.toThrow('sample: the weights are being updated');
    await update;
    expect(await opened.sample(request)).toMatchObject({ policyVersion: 1 });
    opened.close();
    sampler.dispose();
    made.learner.dispose();
  });

  on('refuses options and a second update at once', async () => {
    const made = await learner();
    const batch = raggedBatch([8]);
    await expect(made.learner.update(batch, supervised(), { epochs: 0 })).rejects.toThrow('epochs: an integer');
    await expect(learner({ shards: 0 })).rejects.toThrow('shards: an integer of at least 1, got 0');
    await expect(learner({ microBatchTokens: 1.5 })).rejects.toThrow(
      'microBatchTokens: an integer of at least 1, got 1.5',
    );
    const running = made.learner.update(batch, supervised());
    await expect(made.learner.update(batch, supervised())).rejects.toThrow('another update is running');
    await running;
    made.learner.dispose();
  });
});
