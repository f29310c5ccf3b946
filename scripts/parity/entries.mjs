import { grpo, maxrl, rloo } from '../../packages/advantages/dist/index.js';
import {
  cispoLoss,
  clippedSurrogate,
  gspoLoss,
  importanceSampling,
  luspoLoss,
  sapoLoss,
  vespoLoss,
} from '../../packages/gtpo/dist/index.js';
import {
  aggregate,
  biLevelReturns,
  firstGae,
  firstReturns,
  firstWeighted,
  klEstimates,
  lossValue,
  ofGroup,
  onActionTokens,
  trajectoryAdvantages,
  turnLengths,
} from './quantities.mjs';

/**
 * @import { Inputs, Output, Settings } from './fixture.mjs'
 * @typedef {(inputs: Inputs, settings: Settings) => Output} Recompute
 */

/** The file lacks a parameter of each of these, or an input. */
export const LEFT_OUT = [
  'openrlhf.ppo.tis',
  'openrlhf.ppo.icepop',
  'openrlhf.ppo.seqmask',
  'prime.default',
  'prime.ipo',
  'trl.dapo.delta',
  'agl.norm_by_rollout',
];

/** @type {(settings: Settings) => { clipLow: number, clipHigh: number }} */
const clips = ({ clipLow, clipHigh }) => ({ clipLow, clipHigh });
const SEQUENCE_MEAN = /** @type {const} */ ({ kind: 'sequence-mean-token-mean' });
const TOKEN_MEAN = /** @type {const} */ ({ kind: 'token-mean' });

/** @type {Recompute} */
const surrogate = (inputs, settings) =>
  lossValue(inputs, clippedSurrogate({ ...clips(settings), dualClip: settings.dualClip }));
/** TRL has no dual clip. */
/** @type {(aggregation: import('../../packages/gtpo/dist/index.js').Aggregation) => Recompute} */
const trl = (aggregation) => (inputs, settings) =>
  lossValue(inputs, clippedSurrogate({ ...clips(settings), aggregation }));
/** @type {(aggregation: import('../../packages/gtpo/dist/index.js').Aggregation) => Recompute} */
const gspo = (aggregation) => (inputs, settings) =>
  lossValue(inputs, gspoLoss({ ...clips(settings), gradient: 'token', aggregation }));
/** @type {(ratioLow: number, ratioHigh: number) => Recompute} */
const cispo = (ratioLow, ratioHigh) => (inputs) => lossValue(inputs, cispoLoss({ ratioLow, ratioHigh }));
/** @type {(aggregation: import('../../packages/gtpo/dist/index.js').Aggregation) => Recompute} */
const sapo =
  (aggregation) =>
  (inputs, { sapoTemperatures: [temperaturePositive, temperatureNegative] }) =>
    lossValue(inputs, sapoLoss({ temperaturePositive, temperatureNegative, aggregation }));
/** @type {(estimator: import('../../packages/advantages/dist/index.js').AdvantageEstimator) => Recompute} */
const advantages = (estimator) => (inputs) => trajectoryAdvantages(inputs, estimator);
/** @type {(estimator: import('../../packages/advantages/dist/index.js').AdvantageEstimator) => Recompute} */
const advantagesOfA = (estimator) => (inputs) => ofGroup(inputs, 'a', trajectoryAdvantages(inputs, estimator));
/** @type {(counting: import('../../packages/advantages/dist/index.js').TokenDiscount) => Recompute} */
const returns = (counting) => (inputs, settings) => firstReturns(inputs, settings.reinforcePlusPlusGamma, counting);
/** @type {(toolTokens: 'skip' | 'count') => Recompute} */
const gaeReturns = (toolTokens) => (inputs, settings) =>
  firstGae(inputs, settings, toolTokens).map((advantage) => advantage + settings.gae.value);
/** @type {(kind: 'k1' | 'k2' | 'k3' | 'abs') => Recompute} */
const kl = (kind) => (inputs) => klEstimates(inputs, kind)[0] ?? [];
/** @type {(inputs: Inputs) => number} */
const width = ({ mask }) => mask[0]?.length ?? 0;

/** Leave-one-out of verl and SkyRL: a group of one keeps its reward. */
const leaveOneOut = grpo({ baseline: 'leave-one-out', std: 'none', singleton: 'reward' });

/** The same functions in two versions of verl, but for two. */
/** @type {(version: string) => Record<string, Recompute>} */
const verl = (version) => ({
  [`${version}.grpo`]: advantages(grpo.verl()),
  [`${version}.rloo`]: advantages(leaveOneOut),
  [`${version}.gae.row0`]: gaeReturns('skip'),
  [`${version}.loss.vanilla`]: surrogate,
  [`${version}.loss.gspo`]: gspo(SEQUENCE_MEAN),
  // Distances from 1, as for the surrogate.
  [`${version}.loss.cispo`]: (inputs, { clipLow, clipHigh }) =>
    lossValue(inputs, cispoLoss({ ratioLow: 1 - clipLow, ratioHigh: 1 + clipHigh })),
  [`${version}.loss.sapo`]: sapo(SEQUENCE_MEAN),
  [`${version}.loss.cispo_0_5`]: cispo(0, 5),
  [`${version}.loss.cispo_tokenmean_0_5`]: cispo(0, 5),
});

/**
 * How each entry of a fixture comes out of its inputs and settings. What a fixture does not say is written here: it was
 * read in the code of the framework, or (marked) found by matching the published numbers.
 *
 * @type {Readonly<Record<string, Recompute>>}
 */
export const ENTRIES = {
  'skyrl.grpo': advantages(grpo.skyrl()),
  'skyrl.maxrl': advantages(maxrl()),
  'skyrl.rloo': advantages(leaveOneOut),
  'skyrl.rfpp.returns.row0': returns('cut-at-tool'),
  'skyrl.gae.row0': gaeReturns('count'),
  'skyrl.red.token_mean': (inputs) => firstWeighted(inputs, TOKEN_MEAN),
  'skyrl.red.sequence_mean': (inputs) => firstWeighted(inputs, SEQUENCE_MEAN),
  'skyrl.red.seq_mean_token_sum_norm': (inputs) =>
    firstWeighted(inputs, { kind: 'sequence-mean-token-sum-norm', constant: width(inputs) }),
  'skyrl.red.prompt_mean': (inputs) => firstWeighted(inputs, { kind: 'group-mean' }),
  'skyrl.kl.k1': kl('k1'),
  'skyrl.kl.k2': kl('k2'),
  'skyrl.kl.k3': kl('k3'),
  'skyrl.kl.abs': kl('abs'),
  'skyrl.ppo_policy_loss': surrogate,
  'skyrl.gspo_policy_loss': gspo(TOKEN_MEAN),
  // The defaults of its configuration, 0 below and 5 above 1.
  'skyrl.compute_policy_loss_cispo': cispo(1, 6),
  'skyrl.sapo_policy_loss': sapo(TOKEN_MEAN),
  'skyrl.rollout_is_policy_loss': (inputs, { clipLow, clipHigh }) =>
    lossValue(
      inputs,
      cispoLoss({ ratioLow: 1 - clipLow, ratioHigh: 1 + clipHigh, outside: 'drop', anchor: 'rollout' }),
    ),
  'skyrl.importance_sampling_loss': (inputs) => lossValue(inputs, importanceSampling()),
  ...verl('verl26-08'),
  'verl26-08.rfpp.returns.row0': returns('action-token'),
  'verl26-08.agg.drgrpo': (inputs) =>
    aggregate(inputs, inputs.behaviourLogprobs, { kind: 'sequence-mean-token-sum-norm', constant: width(inputs) }),
  ...verl('verl26-01'),
  'verl26-01.rfpp.returns.row0': returns('cut-at-tool'),
  'verl26-01.agg.drgrpo': (inputs) =>
    aggregate(inputs, inputs.behaviourLogprobs, { kind: 'token-sum-norm', constant: width(inputs) }),
  'rllm.grpo.a': advantagesOfA(grpo.rllm()),
  'rllm.rloo.a': advantagesOfA(rloo()),
  'nemo.grpo.loo': advantages(grpo.nemo()),
  'nemo.grpo.noloo': advantages(grpo.nemoMean()),
  'openrlhf.ppo.token': surrogate,
  'openrlhf.gspo': gspo(SEQUENCE_MEAN),
  'slime.ppo.tokenmean': surrogate,
  'slime.cispo.tokenmean': cispo(0, 5),
  'slime.vanilla_gae': (inputs, settings) => firstGae(inputs, settings, 'count'),
  'slime.disc_returns': returns('all-token'),
  'areal.ppo': surrogate,
  'areal.gspo': gspo(TOKEN_MEAN),
  'ragen.grpo': advantages(grpo.ragen()),
  'ragen.bilevel': bilevel,
  'tinker.disc': returns('all-token'),
  'trl.grpo.token': trl(SEQUENCE_MEAN),
  'trl.bnpo.token': trl(TOKEN_MEAN),
  'trl.dr_grpo.token': (inputs, settings) =>
    trl({ kind: 'sequence-mean-token-sum-norm', constant: width(inputs) })(inputs, settings),
  'trl.dapo.token': trl(TOKEN_MEAN),
  'trl.cispo.token': cispo(0, 5),
  'trl.sapo.token': sapo(SEQUENCE_MEAN),
  'trl.grpo.sequence': gspo(SEQUENCE_MEAN),
  'trl.luspo.sequence': (inputs, settings) => lossValue(inputs, luspoLoss({ ...clips(settings), gradient: 'token' })),
  // The powers and decays of its configuration, which are those of the authors' code.
  'trl.vespo.token': (inputs) => lossValue(inputs, vespoLoss()),
  // beta .04 was found by matching.
  'trl.dapo.kl': (inputs, settings) =>
    lossValue(inputs, clippedSurrogate(clips(settings))) +
    0.04 * aggregate(inputs, klEstimates(inputs, 'k3'), TOKEN_MEAN),
  'trl.grpo.adv': advantages(grpo.trl()),
};

/**
 * RAGEN takes every token with a reward for the end of a turn, so its run had rewards of its own, which no fixture
 * holds. Found by matching: .2 on the first and 1 on the last turn of the first trajectory, 1 on the last turn of the
 * second (whose earlier turns, without a reward, melt into it), and .95 per turn, as in RAGEN's own example.
 *
 * @type {Recompute}
 */
function bilevel({ mask }, settings) {
  const [first = [], second = []] = mask;
  const lengths = turnLengths(first);
  const rewards = lengths.map((tokens, j) => ({ tokens, reward: j === lengths.length - 1 ? 1 : j === 0 ? 0.2 : 0 }));
  const melted = [{ tokens: turnLengths(second).reduce((sum, tokens) => sum + tokens, 0), reward: 1 }];
  const [ofFirst = [], ofSecond = []] = biLevelReturns(settings, [rewards, melted], 0.95);
  return [onActionTokens(first, ofFirst), onActionTokens(second, ofSecond)];
}
