import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { grpo } from '../src/index.js';
import { fullBatchOf, type Written } from './batch-of.js';
import { ESTIMATORS, type Law } from './estimators.js';

const ROWS = Object.values(ESTIMATORS).flatMap(({ level = 'turn', rows }) => rows.map((row) => ({ ...row, level })));

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
