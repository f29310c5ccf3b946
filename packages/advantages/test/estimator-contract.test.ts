import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AdvantageEstimator, grpo, gtpo, rloo } from '../src/index.js';
import { batchOf, type Written } from './batch-of.js';

/**
 * One row per estimator, one column per law: a law holds (to 1e-9), or the estimator breaks it by design, and then a
 * batch must exist that shows it.
 */
interface Row {
  readonly name: string;
  readonly estimator: AdvantageEstimator;
  /** Groups do not see each other. */
  readonly groupsIndependent: 'holds' | 'broken';
  /** Rewards times k give these advantages times: 1 (standardised) or k. `epsilon` is 0, so that it is exact. */
  readonly scaling: 'invariant' | 'linear';
  /** Groups with equal outcomes get zeros. */
  readonly outcomeGate: 'holds' | 'broken';
  /** Over each group, the advantages of turns add up to 0. */
  readonly sumsToZero: 'holds' | 'broken';
}

const ROWS: readonly Row[] = [
  row('gtpo', gtpo({ epsilon: 0 }), { sumsToZero: 'holds' }),
  row('gtpo, ddof 0', gtpo({ epsilon: 0, ddof: 0 }), { sumsToZero: 'holds' }),
  row('gtpo, discount 1', gtpo({ epsilon: 0, discount: 1 }), { sumsToZero: 'holds' }),
  row('gtpo, trajectory weighting', gtpo({ epsilon: 0, weighting: 'trajectory' })),
  row('gtpo, gated', gtpo({ epsilon: 0, gate: 'outcome' }), { outcomeGate: 'holds', sumsToZero: 'holds' }),
  row('gtpo, batch scope', gtpo({ epsilon: 0, scope: 'batch' }), { groupsIndependent: 'broken' }),
  row('grpo', grpo({ epsilon: 0 })),
  row('grpo, population', grpo({ epsilon: 0, std: 'population' })),
  row('grpo, no std', grpo({ std: 'none' }), { scaling: 'linear' }),
  row('grpo, gated', grpo({ epsilon: 0, gate: 'outcome' }), { outcomeGate: 'holds' }),
  row('grpo, batch scope', grpo({ epsilon: 0, scope: 'batch' }), { groupsIndependent: 'broken' }),
  row('rloo', rloo(), { scaling: 'linear' }),
  row('rloo, gated', rloo({ gate: 'outcome' }), { scaling: 'linear', outcomeGate: 'holds' }),
];

function row(name: string, estimator: AdvantageEstimator, laws: Partial<Omit<Row, 'name' | 'estimator'>> = {}): Row {
  const usual = {
    groupsIndependent: 'holds',
    scaling: 'invariant',
    outcomeGate: 'broken',
    sumsToZero: 'broken',
  } as const;
  return { name, estimator, ...usual, ...laws };
}

const trajectory: fc.Arbitrary<Written> = fc.record({
  // Multiples of 1/20, so that two returns are either equal or well apart.
  rewards: fc.array(
    fc.integer({ min: -4, max: 20 }).map((value) => value / 20),
    { maxLength: 4 },
  ),
  outcome: fc.constantFrom(0, 1),
  included: fc.constantFrom<0 | 1>(1, 1, 1, 0),
});
const group = fc.array(trajectory, { maxLength: 4 });
const groups = fc.array(group, { maxLength: 3 });

const holdsOrBroken = (law: 'holds' | 'broken', property: fc.IProperty<unknown>) => {
  const { failed } = fc.check(property, { numRuns: law === 'holds' ? 100 : 1000 });
  expect(failed, law === 'holds' ? 'a counterexample exists' : 'nothing breaks the law').toBe(law === 'broken');
};
const close = (actual: Float64Array, expected: readonly number[]) =>
  actual.length === expected.length && actual.every((value, i) => Math.abs(value - (expected[i] as number)) < 1e-9);

describe.each(ROWS)('$name', ({ estimator, groupsIndependent, scaling, outcomeGate, sumsToZero }) => {
  const values = (written: readonly (readonly Written[])[]) => estimator(batchOf(written)).values;

  it('gives one finite number per turn and leaves its input alone', () => {
    fc.assert(
      fc.property(groups, (written) => {
        const batch = batchOf(written);
        const before = JSON.stringify(batch);
        const { level, values: advantages } = estimator(batch);
        expect(level).toBe('turn');
        expect(advantages).toHaveLength(batch.rewards.length);
        expect(advantages.every(Number.isFinite)).toBe(true);
        expect(JSON.stringify(batch)).toBe(before);
      }),
    );
  });

  it('accepts an empty batch, an empty group and a trajectory without turns', () => {
    for (const written of [[], [[]], [[{ rewards: [] }]]]) expect([...values(written)]).toEqual([]);
  });

  it('gives zeros for rewards that are all zero, and for a group of one turn', () => {
    const zeros = groups.map((written) =>
      written.map((own) => own.map((one) => ({ ...one, rewards: one.rewards.map(() => 0) }))),
    );
    fc.assert(fc.property(zeros, (written) => values(written).every((value) => value === 0)));
    expect([...values([[{ rewards: [0.7] }]])]).toEqual([0]);
  });

  it('gives excluded trajectories 0 and is otherwise blind to them', () => {
    fc.assert(
      fc.property(groups, (written) => {
        const kept = values(written.map((own) => own.filter(({ included }) => included === 1)));
        let next = 0;
        const expected = written
          .flat()
          .flatMap(({ rewards, included }) => rewards.map(() => (included === 1 ? (kept[next++] as number) : 0)));
        expect(close(values(written), expected)).toBe(true);
      }),
    );
  });

  it('reorders with the trajectories of a group', () => {
    fc.assert(
      fc.property(group, (own) => {
        const backwards = Array.from(values([own.toReversed()]));
        const expected = own.flatMap(({ rewards }) => backwards.splice(backwards.length - rewards.length));
        expect(close(values([own]), expected)).toBe(true);
      }),
    );
  });

  it(`groups independent: ${groupsIndependent}`, () => {
    holdsOrBroken(
      groupsIndependent,
      fc.property(groups, (written) =>
        close(
          values(written),
          written.flatMap((own) => [...values([own])]),
        ),
      ),
    );
  });

  it(`scaling: ${scaling}`, () => {
    const factor = 8;
    fc.assert(
      fc.property(groups, (written) => {
        const scaled = written.map((own) =>
          own.map((one) => ({ ...one, rewards: one.rewards.map((r) => factor * r) })),
        );
        const expected = [...values(written)].map((value) => (scaling === 'linear' ? factor * value : value));
        expect(close(values(scaled), expected)).toBe(true);
      }),
    );
  });

  it(`equal outcomes give zeros: ${outcomeGate}`, () => {
    holdsOrBroken(
      outcomeGate,
      fc.property(group, fc.constantFrom(0, 1), (own, outcome) =>
        values([own.map((one) => ({ ...one, outcome }))]).every((value) => value === 0),
      ),
    );
  });

  it(`turns of a group add up to 0: ${sumsToZero}`, () => {
    holdsOrBroken(
      sumsToZero,
      fc.property(groups, (written) =>
        written.every((_, g) => {
          const lengths = written.map((own) => own.reduce((sum, { rewards }) => sum + rewards.length, 0));
          const start = lengths.slice(0, g).reduce((sum, length) => sum + length, 0);
          const own = values(written).slice(start, start + (lengths[g] as number));
          return Math.abs(own.reduce((sum, value) => sum + value, 0)) < 1e-9;
        }),
      ),
    );
  });
});
