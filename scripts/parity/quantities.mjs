import { biLevelGae, tokenGae, tokenReturns } from '../../packages/advantages/dist/index.js';
import { evaluateLoss, klEstimate, tokenWeights } from '../../packages/gtpo/dist/index.js';

/**
 * @import { AdvantageEstimator, TokenDiscount } from '../../packages/advantages/dist/index.js'
 * @import { Aggregation, PolicyBatch, PolicyLoss } from '../../packages/gtpo/dist/index.js'
 * @import { Inputs, Matrix, Settings } from './fixture.mjs'
 */

/**
 * One advantage per trajectory, each of a single turn with the trajectory's reward. Groups are by id: the estimator sees
 * them one after another, whatever their order in the file.
 *
 * @param {Inputs} inputs
 * @param {AdvantageEstimator} estimator
 * @returns {number[]}
 */
export function trajectoryAdvantages({ groupIds, trajectoryRewards }, estimator) {
  const ids = [...new Set(groupIds)];
  const order = ids.flatMap((id) => groupIds.flatMap((own, i) => (own === id ? [i] : [])));
  const groupSplits = Int32Array.of(0, ...ids.map((id) => groupIds.filter((own) => own === id).length));
  for (let g = 1; g < groupSplits.length; g++) groupSplits[g] = at(groupSplits, g) + at(groupSplits, g - 1);
  const { values } = estimator({
    rewards: Float64Array.from(order, (i) => at(trajectoryRewards, i)),
    trajectorySplits: Int32Array.from({ length: order.length + 1 }, (_, i) => i),
    groupSplits,
    outcomes: new Float64Array(order.length),
    included: new Uint8Array(order.length).fill(1),
  });
  return groupIds.map((_, i) => at(values, order.indexOf(i)));
}

/**
 * @param {Inputs} inputs
 * @param {string} id
 * @param {readonly number[]} values one per trajectory
 */
export function ofGroup({ groupIds }, id, values) {
  return values.filter((_, i) => groupIds[i] === id);
}

/**
 * Discounted returns of the first trajectory.
 *
 * @param {Inputs} inputs
 * @param {number} discount
 * @param {TokenDiscount} counting
 */
export function firstReturns(inputs, discount, counting) {
  return firstRow(inputs, tokenReturns(tokensOf(inputs), { discount, counting }));
}

/**
 * Advantages of the first trajectory by GAE, with the same value everywhere.
 *
 * @param {Inputs} inputs
 * @param {Settings} settings
 * @param {'skip' | 'count'} toolTokens
 */
export function firstGae(inputs, { gae: { value, gamma, lambda } }, toolTokens) {
  const tokens = tokensOf(inputs);
  const values = tokens.rewards.map(() => value);
  return firstRow(inputs, tokenGae(tokens, values, { discount: gamma, lambda, toolTokens }));
}

/**
 * The value of a loss on all action tokens.
 *
 * @param {Inputs} inputs
 * @param {PolicyLoss} loss
 */
export function lossValue(inputs, loss) {
  const batch = batchOf(inputs);
  return evaluateLoss(loss, {
    policyLogprobs: inputs.policyLogprobs.flat(),
    behaviourLogprobs: inputs.behaviourLogprobs.flat(),
    rolloutLogprobs: inputs.rolloutEngineLogprobs.flat(),
    advantages: inputs.advantages.flat(),
    weights: tokenWeights(batch, loss.aggregation),
    actionMask: batch.actionMask,
    sequences: inputs.mask.flatMap((row, i) => row.map(() => i)),
    turns: batch.turnIndices,
  }).value;
}

/**
 * The aggregate of a matrix.
 *
 * @param {Inputs} inputs
 * @param {Matrix} matrix
 * @param {Aggregation} aggregation
 */
export function aggregate(inputs, matrix, aggregation) {
  const weights = tokenWeights(batchOf(inputs), aggregation);
  return matrix.flat().reduce((sum, value, k) => sum + value * at(weights, k), 0);
}

/**
 * The advantages of the first trajectory, each times its weight in the aggregate.
 *
 * @param {Inputs} inputs
 * @param {Aggregation} aggregation
 */
export function firstWeighted(inputs, aggregation) {
  const weights = tokenWeights(batchOf(inputs), aggregation);
  return first(inputs.advantages).map((value, t) => value * at(weights, t));
}

/**
 * Estimates of KL(policy, reference), 0 on tool tokens.
 *
 * @param {Inputs} inputs
 * @param {'k1' | 'k2' | 'k3' | 'abs'} kind
 * @returns {number[][]}
 */
export function klEstimates({ mask, policyLogprobs, referenceLogprobs }, kind) {
  return mask.map((row, i) =>
    row.map((on, t) => on * klEstimate(kind, at(policyLogprobs[i] ?? [], t), at(referenceLogprobs[i] ?? [], t))),
  );
}

/**
 * Bi-level returns (advantage plus value) of trajectories whose turns, rewards and all, are written down.
 *
 * @param {Settings} settings
 * @param {readonly (readonly { tokens: number, reward: number }[])[]} trajectories
 * @param {number} turnDiscount
 * @returns {number[][]} one number per action token
 */
export function biLevelReturns({ gae: { value, gamma, lambda } }, trajectories, turnDiscount) {
  const turns = trajectories.flat();
  const splits = (/** @type {readonly number[]} */ lengths) => {
    const offsets = [0];
    for (const length of lengths) offsets.push(at(offsets, offsets.length - 1) + length);
    return Int32Array.from(offsets);
  };
  const actionTokenSplits = splits(turns.map(({ tokens }) => tokens));
  const trajectorySplits = splits(trajectories.map(({ length }) => length));
  const tokens = at(actionTokenSplits, turns.length);
  const { values } = biLevelGae({ turnDiscount, tokenDiscount: gamma, lambda, whiten: false })({
    rewards: Float64Array.from(turns, ({ reward }) => reward),
    trajectorySplits,
    groupSplits: Int32Array.of(0, trajectories.length),
    outcomes: new Float64Array(trajectories.length),
    included: new Uint8Array(trajectories.length).fill(1),
    actionTokenSplits,
    values: new Float64Array(tokens).fill(value),
  });
  return trajectories.map((_, i) => {
    const from = at(actionTokenSplits, at(trajectorySplits, i));
    const to = at(actionTokenSplits, at(trajectorySplits, i + 1));
    return [...values.subarray(from, to)].map((advantage) => advantage + value);
  });
}

/**
 * Lengths of the turns of a trajectory: runs of action tokens.
 *
 * @param {readonly number[]} mask
 * @returns {number[]}
 */
export function turnLengths(mask) {
  return mask
    .join('')
    .split('0')
    .flatMap((run) => (run.length === 0 ? [] : [run.length]));
}

/**
 * Puts numbers of action tokens back to their places.
 *
 * @param {readonly number[]} mask
 * @param {readonly number[]} values
 */
export function onActionTokens(mask, values) {
  let next = 0;
  return mask.map((on) => (on === 1 ? at(values, next++) : 0));
}

/** @param {Inputs} inputs */
function tokensOf({ mask, tokenRewards }) {
  const tokens = first(mask).length;
  const splits = Int32Array.from({ length: mask.length + 1 }, (_, i) => i * tokens);
  return { rewards: tokenRewards.flat(), actionMask: mask.flat(), splits };
}

/**
 * @param {Inputs} inputs
 * @param {Float64Array} values
 */
function firstRow({ mask }, values) {
  return [...values.subarray(0, first(mask).length)];
}

/**
 * The inputs as a packed batch, as far as weights need one.
 *
 * @param {Inputs} inputs
 */
function batchOf({ mask, groupIds }) {
  const ids = [...new Set(groupIds)];
  const batch = {
    sequences: mask.length,
    tokens: first(mask).length,
    actionMask: Uint8Array.from(mask.flat()),
    groupIndices: Int32Array.from(groupIds, (id) => ids.indexOf(id)),
    turnIndices: Int32Array.from(mask.flatMap(turnIndices)),
  };
  return /** @type {PolicyBatch} */ (/** @type {unknown} */ (batch));
}

/** @param {readonly number[]} mask */
function turnIndices(mask) {
  let turn = -1;
  return mask.map((on, t) => {
    if (on === 1 && mask[t - 1] !== 1) turn += 1;
    return on === 1 ? turn : -1;
  });
}

/**
 * @param {ArrayLike<number>} values
 * @param {number} index
 */
function at(values, index) {
  return values[index] ?? Number.NaN;
}

/**
 * @template T
 * @param {readonly T[]} rows
 * @returns {T}
 */
function first(rows) {
  return /** @type {T} */ (rows[0]);
}
