import {
  type AdvantageEstimator,
  anchorState,
  biLevelGae,
  composedTurnCredit,
  gae,
  gigpo,
  grpo,
  gtpo,
  igpo,
  ircHybrid,
  kevin,
  maxrl,
  mtGrpo,
  reinforcePlusPlus,
  reinforcePlusPlusBaseline,
  rloo,
  type TurnRewardBatch,
  turnGae,
  turnIndex,
} from '../src/index.js';

/** A law holds (to 1e-9), or the estimator breaks it by design, and then a batch must exist that shows it. */
export type Law = 'holds' | 'broken';

/** An estimator with its options, and the laws that it keeps. */
export interface Row {
  readonly name: string;
  readonly estimator: AdvantageEstimator;
  /** Groups do not see each other. */
  readonly groupsIndependent: Law;
  /** Rewards and outcomes (and values) times k give these advantages times: 1 (standardised) or k. */
  readonly scaling: 'invariant' | 'linear' | 'broken';
  /** Groups with equal outcomes get zeros. */
  readonly outcomeGate: Law;
  /** Over each group, the advantages of turns (or tokens) add up to 0. */
  readonly sumsToZero: Law;
  /** Rewards and outcomes of 0 give zeros. */
  readonly zeroRewards: Law;
  /** A group of one turn gets 0. */
  readonly singletonZero: Law;
  /** Equal rewards and outcomes, of trajectories that are alike, give zeros. */
  readonly equalZero: Law;
  /** How many tokens a turn has changes nothing. */
  readonly tokenCountsIrrelevant: Law;
  /** How many tokens the environment wrote back changes nothing. */
  readonly toolTokensIrrelevant: Law;
  /** Trajectories of one turn, with its reward as outcome, get the advantages of GRPO (epsilon 0, sample deviation). */
  readonly singleTurnGrpo: Law;
}

/** How an estimator is made, what it refuses, and its rows. */
export interface Entry {
  readonly make: (options: Record<string, number>) => AdvantageEstimator;
  /** Options in [0, 1]. */
  readonly shares?: readonly string[];
  /** Options that must be finite, with what a message calls each. */
  readonly weights?: Readonly<Record<string, string>>;
  /** Whether it has an `epsilon`; by default it does. */
  readonly epsilon?: boolean;
  /** The optional fields of a batch that it reads. */
  readonly needs?: readonly (keyof TurnRewardBatch)[];
  /** Who is named as the reader, if it is a part of the estimator. */
  readonly reader?: string;
  /** Of its advantages, and of the batch's `values`; by default turns. */
  readonly level?: 'turn' | 'token';
  readonly rows: readonly Row[];
}

const LINEAR = { scaling: 'linear', singleTurnGrpo: 'broken' } as const;
/** Whitened over the tokens of the batch: longer turns weigh more. */
const TOKEN = { groupsIndependent: 'broken', tokenCountsIrrelevant: 'broken' } as const;
const CRITIC = { zeroRewards: 'broken', singleTurnGrpo: 'broken' } as const;
const ZERO = { epsilon: 0 } as const;

/** Every estimator: a new one is a new entry. */
export const ESTIMATORS: Readonly<Record<string, Entry>> = {
  gtpo: {
    make: gtpo,
    shares: ['discount'],
    rows: [
      row('gtpo', gtpo(ZERO), { sumsToZero: 'holds' }),
      row('gtpo, ddof 0', gtpo({ ...ZERO, ddof: 0 }), { sumsToZero: 'holds', singleTurnGrpo: 'broken' }),
      row('gtpo, discount 1', gtpo({ ...ZERO, discount: 1 }), { sumsToZero: 'holds' }),
      row('gtpo, trajectory weighting', gtpo({ ...ZERO, weighting: 'trajectory' })),
      row('gtpo, gated', gtpo({ ...ZERO, gate: 'outcome' }), { outcomeGate: 'holds', sumsToZero: 'holds' }),
      row('gtpo, batch scope', gtpo({ ...ZERO, scope: 'batch' }), { groupsIndependent: 'broken' }),
    ],
  },
  kevin: { make: kevin, shares: ['discount'], rows: [row('kevin', kevin(ZERO), { sumsToZero: 'holds' })] },
  grpo: {
    make: grpo,
    rows: [
      row('grpo', grpo(ZERO)),
      row('grpo, population', grpo({ ...ZERO, std: 'population' }), { singleTurnGrpo: 'broken' }),
      row('grpo, no std', grpo({ std: 'none' }), LINEAR),
      row('grpo, gated', grpo({ ...ZERO, gate: 'outcome' }), { outcomeGate: 'holds' }),
      row('grpo, batch scope', grpo({ ...ZERO, scope: 'batch' }), { groupsIndependent: 'broken' }),
      row('grpo.verl', grpo.verl(ZERO), { scaling: 'broken', singletonZero: 'broken' }),
      row('grpo.skyrl', grpo.skyrl(ZERO), { scaling: 'broken', singletonZero: 'broken' }),
      row('grpo.ragen', grpo.ragen(ZERO), { scaling: 'broken', singletonZero: 'broken' }),
      row('grpo.trl', grpo.trl(ZERO)),
      row('grpo.rllm', grpo.rllm(ZERO), { scaling: 'broken', singletonZero: 'broken', singleTurnGrpo: 'broken' }),
      row('grpo.nemo', grpo.nemo(ZERO), { scaling: 'broken', singleTurnGrpo: 'broken' }),
      row('grpo.nemoMean', grpo.nemoMean(ZERO)),
      row('grpo.drGrpo', grpo.drGrpo(), LINEAR),
      row('grpo.prime', grpo.prime(), LINEAR),
      row('grpo.tinker', grpo.tinker(), LINEAR),
    ],
  },
  rloo: {
    make: rloo,
    epsilon: false,
    rows: [
      row('rloo', rloo(), LINEAR),
      row('rloo, gated', rloo({ gate: 'outcome' }), { ...LINEAR, outcomeGate: 'holds' }),
    ],
  },
  maxrl: {
    make: maxrl,
    rows: [row('maxrl', withPositive(maxrl(ZERO)), { singleTurnGrpo: 'broken' })],
  },
  turnIndex: { make: turnIndex, rows: [row('turnIndex', turnIndex(ZERO), { sumsToZero: 'holds' })] },
  anchorState: {
    make: anchorState,
    shares: ['discount'],
    needs: ['stateKeys'],
    rows: [
      row('anchorState', anchorState({ ...ZERO, std: 'sample' }), { sumsToZero: 'holds' }),
      row('anchorState, no std', anchorState(), { ...LINEAR, sumsToZero: 'holds' }),
    ],
  },
  gigpo: {
    make: gigpo,
    shares: ['discount'],
    weights: { omega: 'omega' },
    needs: ['stateKeys'],
    reader: 'anchorState',
    rows: [
      row('gigpo', gigpo(), LINEAR),
      row('gigpo, std', gigpo({ ...ZERO, std: 'sample' }), { singleTurnGrpo: 'broken' }),
    ],
  },
  mtGrpo: {
    make: mtGrpo,
    shares: ['discount'],
    rows: [
      row('mtGrpo', mtGrpo(ZERO)),
      row('mtGrpo, gated', mtGrpo({ ...ZERO, gate: 'outcome' }), { outcomeGate: 'holds' }),
    ],
  },
  igpo: { make: igpo, shares: ['discount'], rows: [row('igpo', igpo(ZERO))] },
  ircHybrid: {
    make: ircHybrid,
    shares: ['discount'],
    weights: { lambda: 'lambda' },
    rows: [row('ircHybrid', ircHybrid(ZERO), { singleTurnGrpo: 'broken' })],
  },
  composedTurnCredit: {
    make: composedTurnCredit,
    shares: ['discount'],
    weights: { omega: 'weight of step', lambda: 'weight of turn' },
    needs: ['stateKeys'],
    reader: 'anchorState',
    rows: [row('composedTurnCredit', composedTurnCredit(ZERO), { singleTurnGrpo: 'broken' })],
  },
  reinforcePlusPlus: {
    make: reinforcePlusPlus,
    shares: ['discount'],
    needs: ['actionTokenSplits'],
    level: 'token',
    rows: [
      row('reinforcePlusPlus', reinforcePlusPlus(ZERO), TOKEN),
      row('reinforcePlusPlus, discounted', reinforcePlusPlus({ ...ZERO, discount: 0.9 }), {
        ...TOKEN,
        singletonZero: 'broken',
        equalZero: 'broken',
      }),
      row('reinforcePlusPlus by turn', reinforcePlusPlus({ ...ZERO, discount: 0.9, counting: 'turn' }), TOKEN),
      row('reinforcePlusPlus, all tokens', reinforcePlusPlus({ ...ZERO, discount: 0.9, counting: 'all-token' }), {
        ...TOKEN,
        toolTokensIrrelevant: 'broken',
        singletonZero: 'broken',
        equalZero: 'broken',
      }),
      row('reinforcePlusPlus, cut at tools', reinforcePlusPlus({ ...ZERO, counting: 'cut-at-tool' }), {
        ...TOKEN,
        toolTokensIrrelevant: 'broken',
      }),
    ],
  },
  reinforcePlusPlusBaseline: {
    make: reinforcePlusPlusBaseline,
    needs: ['actionTokenSplits'],
    level: 'token',
    rows: [row('reinforcePlusPlusBaseline', reinforcePlusPlusBaseline(ZERO), TOKEN)],
  },
  gae: {
    make: gae,
    shares: ['discount', 'lambda'],
    needs: ['actionTokenSplits', 'values'],
    level: 'token',
    rows: [
      row('gae', gae(ZERO), { ...TOKEN, ...CRITIC, singletonZero: 'broken', equalZero: 'broken' }),
      row('gae, not whitened', gae({ whiten: false }), {
        ...TOKEN,
        ...CRITIC,
        groupsIndependent: 'holds',
        scaling: 'linear',
        singletonZero: 'broken',
        equalZero: 'broken',
      }),
    ],
  },
  turnGae: {
    make: turnGae,
    shares: ['discount', 'lambda'],
    needs: ['values'],
    rows: [row('turnGae', turnGae(ZERO), { ...CRITIC, groupsIndependent: 'broken' })],
  },
  biLevelGae: {
    make: biLevelGae,
    shares: ['turnDiscount', 'tokenDiscount', 'lambda'],
    needs: ['actionTokenSplits', 'values'],
    level: 'token',
    rows: [row('biLevelGae', biLevelGae(ZERO), { ...TOKEN, ...CRITIC })],
  },
};

function row(name: string, estimator: AdvantageEstimator, laws: Partial<Omit<Row, 'name' | 'estimator'>> = {}): Row {
  const usual = {
    groupsIndependent: 'holds',
    scaling: 'invariant',
    outcomeGate: 'broken',
    sumsToZero: 'broken',
    zeroRewards: 'holds',
    singletonZero: 'holds',
    equalZero: 'holds',
    tokenCountsIrrelevant: 'holds',
    toolTokensIrrelevant: 'holds',
    singleTurnGrpo: 'holds',
  } as const;
  return { name, estimator, ...usual, ...laws };
}

/** Sees every reward without its sign, so that a mean of 0, which MaxRL refuses, means equal rewards. */
function withPositive(estimator: AdvantageEstimator): AdvantageEstimator {
  return (batch) => estimator({ ...batch, rewards: batch.rewards.map(Math.abs) });
}
