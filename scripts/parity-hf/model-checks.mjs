import { compile } from '../../packages/accelerator/dist/index.js';
import { readCheckpoint } from '../../packages/policy/dist/checkpoint/checkpoint.js';
import { readWeights } from '../../packages/policy/dist/checkpoint/read-weights.js';
import { loadPolicy } from '../../packages/policy/dist/index.js';
import { MicroBatching } from '../../packages/policy/dist/learner/micro-batching.js';
import { StepGradient } from '../../packages/policy/dist/learner/step-gradient.js';
import { tokenLogprobs } from '../../packages/policy/dist/model/token-logprobs.js';
import { WeightStore } from '../../packages/policy/dist/weight-store.js';
import { batchOf, linearLoss } from './batch-of.mjs';
import { gradientDifference, greatestDifference } from './differences.mjs';

/**
 * @import { Tensor, TensorFlow } from '../../packages/accelerator/dist/index.js'
 * @import { Weights } from '../../packages/policy/dist/model/weights.js'
 * @import { Expected } from './expected.mjs'
 *
 * @typedef {object} Check
 * @property {string} name
 * @property {number} difference
 * @property {number} bar
 * @property {string} [note]
 */

const VALUE_BAR = 1e-4;
const GRADIENT_BAR = 1e-3;

/**
 * Computes again what `transformers` computed for a checkpoint, with the code that samples and trains.
 *
 * @param {TensorFlow} tf
 * @param {string} folder
 * @param {Expected} expected
 * @returns {Promise<Check[]>}
 */
export async function modelChecks(tf, folder, expected) {
  const batch = batchOf(expected);
  const { lr, betas, eps, weightDecay, clipNorm } = expected.adamw;
  const optimizer = { learningRate: lr, beta1: betas[0], beta2: betas[1], epsilon: eps, weightDecay };
  const learner = { ...optimizer, maxGradNorm: clipNorm, decayed: /** @type {const} */ ('all'), shards: 1 };
  const checkpoint = await readCheckpoint(folder);
  const store = new WeightStore(tf, checkpoint.config, await readWeights(tf, checkpoint, 0), 0);
  const policy = await loadPolicy(folder, { tf, sampler: { rows: 1, shards: 1 }, learner });
  try {
    return [
      await logprobs(policy, batch, expected.logprobs, 'log-probabilities'),
      entropies(store, expected),
      equalIds('greedy tokens', [await greedyTokens(policy, expected.greedy)], [expected.greedy.tokens]),
      await gradients(store, batch, expected),
      ...(await steps(policy, batch, expected)),
    ];
  } finally {
    store.dispose();
    policy.dispose();
  }
}

/** @typedef {Awaited<ReturnType<typeof loadPolicy>>} Policy */
/** @typedef {ReturnType<typeof batchOf>} Batch */

/**
 * @param {Policy} policy
 * @param {Batch} batch
 * @param {number[][]} expected
 * @param {string} name
 * @returns {Promise<Check>}
 */
async function logprobs(policy, batch, expected, name) {
  const scores = await policy.score(batch);
  const got = expected.map((row, i) => scores.subarray(i * batch.tokens + 1, i * batch.tokens + 1 + row.length));
  const difference = Math.max(...got.map((row, i) => greatestDifference(row, expected[i] ?? [])));
  return { name, difference, bar: VALUE_BAR };
}

/**
 * The entropy after each token; a token more at the end lets the last one have one.
 *
 * @param {WeightStore} store
 * @param {Expected} expected
 * @returns {Check}
 */
function entropies({ tf, config, weights }, { inputIds, entropy }) {
  /** @type {(given: { weights: Weights, ids: Tensor }) => Tensor} */
  const entropiesOf = (given) => tokenLogprobs(tf, config, given.weights, given.ids, tf.scalar(1)).entropies;
  const statistics = compile(tf, entropiesOf);
  const differences = inputIds.map((row, i) => {
    const ids = tf.tensor2d([...row, 0], [1, row.length + 1], 'int32');
    const result = statistics({ weights, ids });
    const got = result.dataSync().slice(1);
    tf.dispose([ids, result]);
    return greatestDifference(got, entropy[i] ?? []);
  });
  statistics.dispose();
  return { name: 'entropies', difference: Math.max(...differences), bar: VALUE_BAR };
}

/**
 * @param {WeightStore} store
 * @param {Batch} batch
 * @param {Expected} expected
 * @returns {Promise<Check>}
 */
async function gradients(store, batch, expected) {
  const { tf } = store;
  const microBatching = new MicroBatching(tf, { shards: 1, microBatchTokens: 4096 });
  const step = new StepGradient(store, microBatching, false);
  const rows = Array.from({ length: batch.sequences }, (_, row) => row);
  const sums = await step.compute(batch, linearLoss, [], rows);
  // That of the sum is asked for, that of the mean was computed.
  const count = batch.actionMask.reduce((sum, on) => sum + on, 0);
  const values = Object.entries(sums.gradients).map(([name, gradient]) => {
    const scaled = tf.tidy(() => tf.mul(gradient, count).dataSync());
    return /** @type {const} */ ([name, /** @type {Float32Array} */ (scaled)]);
  });
  tf.dispose(/** @type {never} */ (sums.gradients));
  step.dispose();
  const { difference, tensor } = gradientDifference(new Map(values), expected.gradients_norm_first_last_sum);
  const loss = Math.abs(sums.loss * count - expected.linearLoss) / Math.max(1, Math.abs(expected.linearLoss));
  const note = loss > difference ? 'the loss itself' : `most in ${tensor}`;
  return { name: 'gradients, relative', difference: Math.max(loss, difference), bar: GRADIENT_BAR, note };
}

/**
 * @param {Policy} policy
 * @param {Batch} batch
 * @param {Expected} expected
 * @returns {Promise<Check[]>}
 */
async function steps(policy, batch, { adamw }) {
  const [losses, norms] = [/** @type {number[]} */ ([]), /** @type {number[]} */ ([])];
  for (let i = 0; i < adamw.losses.length; i++) {
    const { loss, gradNorm } = await policy.update(batch, linearLoss);
    losses.push(loss);
    norms.push(gradNorm);
  }
  return [
    {
      name: `loss of ${losses.length} AdamW steps`,
      difference: greatestDifference(losses, adamw.losses),
      bar: VALUE_BAR,
    },
    { name: 'gradient norms of the steps', difference: greatestDifference(norms, adamw.gradNorms), bar: VALUE_BAR },
    await logprobs(policy, batch, adamw.logprobsAfter, 'log-probabilities after them'),
  ];
}

/**
 * @param {Policy} policy
 * @param {{ prompt: number[], tokens: number[] }} greedy
 */
async function greedyTokens(policy, { prompt, tokens }) {
  const sequence = policy.open({ seed: 1, update: 0, task: 0, sample: 0 });
  const request = { newTokenIds: prompt, turn: 0, maxTokens: tokens.length, stopTokenIds: [], temperature: 0 };
  const { tokenIds } = await sequence.sample(request);
  sequence.close();
  return tokenIds;
}

/**
 * How many of the lists of token ids differ.
 *
 * @param {string} name
 * @param {readonly (readonly number[])[]} got
 * @param {readonly (readonly number[])[]} expected
 * @returns {Check}
 */
export function equalIds(name, got, expected) {
  const wrong = expected.findIndex((ids, i) => ids.join() !== got[i]?.join());
  const difference = expected.filter((ids, i) => ids.join() !== got[i]?.join()).length;
  const note = wrong === -1 ? {} : { note: `${expected[wrong]?.join(' ')} was expected, got ${got[wrong]?.join(' ')}` };
  return { name, difference, bar: 0, ...note };
}
