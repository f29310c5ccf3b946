import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
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
  turnGae,
  turnIndex,
} from '../src/index.js';
import { fullBatchOf, type Written } from './batch-of.js';

type Law = 'holds' | 'broken';

/**
 * One row per estimator, one column per law: a law holds (to 1e-9), or the estimator breaks it by design, and then a
 * batch must exist that shows it. A new estimator is a new row.
 */
interface Row {
  readonly name: string;
  readonly estimator: AdvantageEstimator;
  /** Whether `values` of the batch are those of turns or of action tokens. */
  readonly level: 'turn' | 'token';
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

const LINEAR = { scaling: 'linear', singleTurnGrpo: 'broken' } as const;
/** Whitened over the tokens of the batch: longer turns weigh more. */
const TOKEN = { level: 'token', groupsIndependent: 'broken', tokenCountsIrrelevant: 'broken' } as const;
const CRITIC = { zeroRewards: 'broken', singleTurnGrpo: 'broken' } as const;
const ZERO = { epsilon: 0 } as const;

const ROWS: readonly Row[] = [
  row('gtpo', gtpo(ZERO), { sumsToZero: 'holds' }),
  row('gtpo, ddof 0', gtpo({ ...ZERO, ddof: 0 }), { sumsToZero: 'holds', singleTurnGrpo: 'broken' }),
  row('gtpo, discount 1', gtpo({ ...ZERO, discount: 1 }), { sumsToZero: 'holds' }),
  row('gtpo, trajectory weighting', gtpo({ ...ZERO, weighting: 'trajectory' })),
  row('gtpo, gated', gtpo({ ...ZERO, gate: 'outcome' }), { outcomeGate: 'holds', sumsToZero: 'holds' }),
  row('gtpo, batch scope', gtpo({ ...ZERO, scope: 'batch' }), { groupsIndependent: 'broken' }),
  row('kevin', kevin(ZERO), { sumsToZero: 'holds' }),
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
  row('rloo', rloo(), LINEAR),
  row('rloo, gated', rloo({ gate: 'outcome' }), { ...LINEAR, outcomeGate: 'holds' }),
  // Positive rewards only, else its mean can be 0: see `positive` below.
  row('maxrl', withPositive(maxrl(ZERO)), { singleTurnGrpo: 'broken' }),
  row('turnIndex', turnIndex(ZERO), { sumsToZero: 'holds' }),
  row('anchorState', anchorState({ ...ZERO, std: 'sample' }), { sumsToZero: 'holds' }),
  row('anchorState, no std', anchorState(), { ...LINEAR, sumsToZero: 'holds' }),
  row('gigpo', gigpo(), LINEAR),
  row('gigpo, std', gigpo({ ...ZERO, std: 'sample' }), { singleTurnGrpo: 'broken' }),
  row('mtGrpo', mtGrpo(ZERO)),
  row('mtGrpo, gated', mtGrpo({ ...ZERO, gate: 'outcome' }), { outcomeGate: 'holds' }),
  row('igpo', igpo(ZERO)),
  row('ircHybrid', ircHybrid(ZERO), { singleTurnGrpo: 'broken' }),
  row('composedTurnCredit', composedTurnCredit(ZERO), { singleTurnGrpo: 'broken' }),
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
  row('reinforcePlusPlusBaseline', reinforcePlusPlusBaseline(ZERO), TOKEN),
  row('gae', gae(ZERO), { ...TOKEN, ...CRITIC, singletonZero: 'broken', equalZero: 'broken' }),
  row('gae, not whitened', gae({ whiten: false }), {
    ...TOKEN,
    ...CRITIC,
    groupsIndependent: 'holds',
    scaling: 'linear',
    singletonZero: 'broken',
    equalZero: 'broken',
  }),
  row('turnGae', turnGae(ZERO), { ...CRITIC, groupsIndependent: 'broken' }),
  row('biLevelGae', biLevelGae(ZERO), { ...TOKEN, ...CRITIC }),
];

function row(name: string, estimator: AdvantageEstimator, laws: Partial<Omit<Row, 'name' | 'estimator'>> = {}): Row {
  const usual = {
    level: 'turn',
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

/** Sees every reward and outcome without its sign, so that a mean of 0 means equal rewards. */
function withPositive(estimator: AdvantageEstimator): AdvantageEstimator {
  return (batch) => estimator({ ...batch, rewards: batch.rewards.map(Math.abs) });
}

/** A whole number of twentieths, so that two returns are either equal or well apart. */
const twentieths = (min: number, max: number) => fc.integer({ min, max }).map((value) => value / 20);
const turn = fc.record({
  reward: twentieths(-4, 20),
  state: fc.constantFrom('a', 'b'),
  tokens: fc.integer({ min: 1, max: 3 }),
  observed: fc.integer({ min: 0, max: 2 }),
  value: twentieths(-10, 10),
});
const trajectory: fc.Arbitrary<Written> = fc
  .record({
    turns: fc.array(turn, { maxLength: 4 }),
    outcome: fc.constantFrom(0, 1),
    included: fc.constantFrom<0 | 1>(1, 1, 1, 0),
  })
  .map(({ turns, outcome, included }) => ({
    outcome,
    included,
    rewards: turns.map(({ reward }) => reward),
    states: turns.map(({ state }) => state),
    tokens: turns.map(({ tokens }) => tokens),
    observed: turns.map(({ observed }) => observed),
    values: turns.map(({ value }) => value),
  }));
const group = fc.array(trajectory, { maxLength: 4 });
const groups = fc.array(group, { maxLength: 3 });

const fails = (property: fc.IProperty<unknown>, numRuns: number) => fc.check(property, { numRuns }).failed;
const holdsOrBroken = (law: Law, property: fc.IProperty<unknown>) => {
  const failed = fails(property, law === 'holds' ? 60 : 1000);
  expect(failed, law === 'holds' ? 'a counterexample exists' : 'nothing breaks the law').toBe(law === 'broken');
};
const close = (actual: ArrayLike<number>, expected: ArrayLike<number>) =>
  actual.length === expected.length &&
  Array.from(actual).every((value, i) => Math.abs(value - (expected[i] as number)) < 1e-9);
const zeros = (values: Float64Array) => values.every((value) => value === 0);
type Groups = readonly (readonly Written[])[];
const each = (written: Groups, change: (one: Written) => Partial<Written>): Groups =>
  written.map((own) => own.map((one) => ({ ...one, ...change(one) })));

describe.each(ROWS)('$name', (laws) => {
  const { estimator, level } = laws;
  const values = (written: Groups) => estimator(fullBatchOf(written, level)).values;
  const unitsOf = ({ rewards, tokens }: Written): number =>
    level === 'turn' ? rewards.length : rewards.reduce((sum, _, k) => sum + (tokens?.[k] ?? 1), 0);

  it('gives one finite number per turn or token and leaves its input alone', () => {
    fc.assert(
      fc.property(groups, (written) => {
        const batch = fullBatchOf(written, level);
        const before = JSON.stringify(batch);
        const { level: ownLevel, values: advantages } = estimator(batch);
        expect(ownLevel).toBe(level);
        expect(advantages).toHaveLength(written.flat().reduce((sum, one) => sum + unitsOf(one), 0));
        expect(advantages.every(Number.isFinite)).toBe(true);
        expect(JSON.stringify(batch)).toBe(before);
      }),
      { numRuns: 60 },
    );
  });

  it('tells how each number came about: the terms of the credit add up to it', () => {
    fc.assert(
      fc.property(groups, (written) => {
        const { values: own, credit } = estimator(fullBatchOf(written, level));
        const sums = Array.from(own, (_, place) =>
          (credit?.(place) ?? []).reduce(
            (sum, { value, baseline, deviation, weight }) => sum + (weight * (value - baseline)) / deviation,
            0,
          ),
        );
        expect(close(sums, own)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('accepts an empty batch, an empty group and a trajectory without turns', () => {
    for (const written of [[], [[]], [[{ rewards: [] }]]]) expect([...values(written)]).toEqual([]);
  });

  it('gives excluded trajectories 0 and is otherwise blind to them', () => {
    fc.assert(
      fc.property(groups, (written) => {
        const kept = values(written.map((own) => own.filter(({ included }) => included === 1)));
        let next = 0;
        const expected = written
          .flat()
          .flatMap((one) =>
            Array.from({ length: unitsOf(one) }, () => (one.included === 1 ? (kept[next++] as number) : 0)),
          );
        expect(close(values(written), expected)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('reorders with the trajectories of a group, and with the groups', () => {
    fc.assert(
      fc.property(groups, (written) => {
        const turned = written.toReversed().map((own) => own.toReversed());
        const backwards = Array.from(values(turned));
        const expected = written.flat().flatMap((one) => backwards.splice(backwards.length - unitsOf(one)));
        expect(close(values(written), expected)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it(`rewards and outcomes of 0 give zeros: ${laws.zeroRewards}`, () => {
    const property = fc.property(groups, (written) =>
      zeros(values(each(written, ({ rewards }) => ({ rewards: rewards.map(() => 0), outcome: 0 })))),
    );
    holdsOrBroken(laws.zeroRewards, property);
  });

  it(`a group of one turn gets 0: ${laws.singletonZero}`, () => {
    const alone = { rewards: [0.7], outcome: 1, tokens: [2], values: [0.3] };
    expect(zeros(values([[alone]]))).toBe(laws.singletonZero === 'holds');
  });

  it(`single turns that are alike get zeros: ${laws.equalZero}`, () => {
    const property = fc.property(twentieths(-4, 20), fc.integer({ min: 2, max: 4 }), (reward, size) => {
      const one = { rewards: [reward], outcome: 1, tokens: [2], values: [0.3] };
      return zeros(values([Array.from({ length: size }, () => one)]));
    });
    holdsOrBroken(laws.equalZero, property);
  });

  it(`groups independent: ${laws.groupsIndependent}`, () => {
    const property = fc.property(groups, (written) =>
      close(
        values(written),
        written.flatMap((own) => [...values([own])]),
      ),
    );
    holdsOrBroken(laws.groupsIndependent, property);
  });

  it(`scaling: ${laws.scaling}`, () => {
    const scalesBy = (factor: number) =>
      fc.property(groups, (written) => {
        const scaled = each(written, ({ rewards, outcome = 0, values: own = [] }) => ({
          rewards: rewards.map((r) => 8 * r),
          outcome: 8 * outcome,
          values: own.map((v) => 8 * v),
        }));
        return close(
          values(scaled),
          values(written).map((value) => factor * value),
        );
      });
    expect(fails(scalesBy(1), laws.scaling === 'invariant' ? 60 : 1000)).toBe(laws.scaling !== 'invariant');
    expect(fails(scalesBy(8), laws.scaling === 'linear' ? 60 : 1000)).toBe(laws.scaling !== 'linear');
  });

  it(`equal outcomes give zeros: ${laws.outcomeGate}`, () => {
    const property = fc.property(group, fc.constantFrom(0, 1), (own, outcome) =>
      zeros(values(each([own], () => ({ outcome })))),
    );
    holdsOrBroken(laws.outcomeGate, property);
  });

  it(`each group adds up to 0: ${laws.sumsToZero}`, () => {
    const property = fc.property(groups, (written) => {
      const all = Array.from(values(written));
      return written.every((own) => {
        const units = all.splice(
          0,
          own.reduce((sum, one) => sum + unitsOf(one), 0),
        );
        return Math.abs(units.reduce((sum, value) => sum + value, 0)) < 1e-9;
      });
    });
    holdsOrBroken(laws.sumsToZero, property);
  });

  it(`lengths of turns in tokens irrelevant: ${laws.tokenCountsIrrelevant}`, () => {
    const lastOfTurns = (written: Groups) => {
      const all = Array.from(values(written));
      if (level === 'turn') return all;
      return written.flat().flatMap(({ tokens = [] }) => tokens.map((count) => all.splice(0, count).at(-1) as number));
    };
    const property = fc.property(groups, (written) =>
      close(lastOfTurns(written), lastOfTurns(each(written, ({ rewards }) => ({ tokens: rewards.map(() => 1) })))),
    );
    holdsOrBroken(laws.tokenCountsIrrelevant, property);
  });

  it(`tool tokens irrelevant: ${laws.toolTokensIrrelevant}`, () => {
    const property = fc.property(groups, (written) => {
      const more = each(written, ({ observed = [] }) => ({ observed: observed.map((count) => 3 * count + 1) }));
      return close(values(written), values(more));
    });
    holdsOrBroken(laws.toolTokensIrrelevant, property);
  });

  it(`is GRPO for single turns whose reward is the outcome: ${laws.singleTurnGrpo}`, () => {
    const single = fc.array(fc.tuple(twentieths(-4, 20), twentieths(-10, 10)), { minLength: 2, maxLength: 4 });
    const property = fc.property(single, (own) => {
      const written = [own.map(([reward, value]) => ({ rewards: [reward], outcome: reward, values: [value] }))];
      return close(values(written), grpo({ epsilon: 0 })(fullBatchOf(written)).values);
    });
    holdsOrBroken(laws.singleTurnGrpo, property);
  });
});
