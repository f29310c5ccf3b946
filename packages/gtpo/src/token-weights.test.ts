import { describe, expect, it } from 'vitest';
import { groupOf } from '../test/written-trajectory.js';
import { packTrajectories } from './pack-trajectories.js';
import type { Aggregation } from './policy-loss.js';
import { tokenWeights } from './token-weights.js';

/** Rows of 2, 1 and 3 action tokens (prompt of one, no observation). */
const BATCH = packTrajectories(
  [groupOf(...[[5, 5], [5], [5, 5, 5]].map((action) => ({ turns: [{ action, observation: null }] })))],
  { level: 'turn', values: Float64Array.of(1, 1, 1) },
  { temperature: 1, included: 'all' },
);

type PlainKind = Exclude<Aggregation['kind'], 'sequence-mean-token-sum-norm' | 'token-sum-norm'>;

describe('tokenWeights', () => {
  it.each<[PlainKind, number[], number[]]>([
    ['token-mean', [1 / 6, 1 / 6, 1 / 6], [1 / 5, 0, 1 / 5]],
    ['sequence-mean-token-mean', [1 / 6, 1 / 3, 1 / 9], [1 / 4, 0, 1 / 6]],
    ['sequence-mean-token-sum', [1 / 3, 1 / 3, 1 / 3], [1 / 2, 0, 1 / 2]],
  ])('%s', (kind, whole, part) => {
    // Weight of a token of each row, of the whole batch and of the step that holds rows 0 and 2.
    const perRow = (weights: number[]) => {
      const [a = 0, b = 0, c = 0] = weights;
      return [0, a, a, 0, 0, b, 0, 0, 0, c, c, c];
    };
    expect(Array.from(tokenWeights(BATCH, { kind }))).toEqual(perRow(whole));
    expect(Array.from(tokenWeights(BATCH, { kind }, [2, 0]))).toEqual(perRow(part));
  });

  /** The same rows in one group and a half: rows 0 and 2 are one group; row 2 has turns of one and two tokens. */
  const GROUPED = {
    ...BATCH,
    groupIndices: Int32Array.of(0, 1, 0),
    turnIndices: BATCH.turnIndices.map((turn, at) => (at > 9 && turn >= 0 ? 1 : turn)),
  };
  it.each<[Aggregation, number[]]>([
    // Weights of the action tokens of rows 0 (two), 1 (one) and 2 (three).
    [{ kind: 'sequence-mean-token-sum-norm', constant: 10 }, [1 / 30, 1 / 30, 1 / 30, 1 / 30, 1 / 30, 1 / 30]],
    [{ kind: 'token-sum-norm', constant: 10 }, [1 / 10, 1 / 10, 1 / 10, 1 / 10, 1 / 10, 1 / 10]],
    [{ kind: 'group-mean' }, [1 / 10, 1 / 10, 1 / 2, 1 / 10, 1 / 10, 1 / 10]],
    [{ kind: 'turn-mean' }, [1 / 8, 1 / 8, 1 / 4, 1 / 4, 1 / 8, 1 / 8]],
  ])('%o', (aggregation, expected) => {
    const weights = tokenWeights(GROUPED, aggregation);
    const own = Array.from(weights).filter((_, at) => GROUPED.actionMask[at] === 1);
    own.forEach((weight, i) => {
      expect(weight).toBeCloseTo(expected[i] as number, 12);
    });
    expect(own).toHaveLength(6);
  });

  it('refuses a constant of 0', () => {
    for (const kind of ['token-sum-norm', 'sequence-mean-token-sum-norm'] as const) {
      expect(() => tokenWeights(BATCH, { kind, constant: 0 })).toThrow('constant: must be finite and above 0, got 0');
    }
  });

  it('counts a row without action tokens nowhere', () => {
    const masked = { ...BATCH, actionMask: BATCH.actionMask.map((on, at) => (at < 4 ? 0 : on)) };
    const weights = tokenWeights(masked, { kind: 'sequence-mean-token-mean' });
    expect(Array.from(weights)).toEqual([0, 0, 0, 0, 0, 1 / 2, 0, 0, 0, 1 / 6, 1 / 6, 1 / 6]);
  });

  it('gives zeros for no row', () => {
    expect(tokenWeights(BATCH, { kind: 'token-mean' }, []).every((weight) => weight === 0)).toBe(true);
  });

  it('refuses rows that are not there or twice there, and an unknown aggregation', () => {
    expect(() => tokenWeights(BATCH, { kind: 'token-mean' }, [3])).toThrow('rows: must be from 0 to 2, got 3');
    expect(() => tokenWeights(BATCH, { kind: 'token-mean' }, [-1])).toThrow('rows: must be from 0 to 2, got -1');
    expect(() => tokenWeights(BATCH, { kind: 'token-mean' }, [0.5])).toThrow('rows: must be from 0 to 2, got 0.5');
    expect(() => tokenWeights(BATCH, { kind: 'token-mean' }, [1, 1])).toThrow('rows: must name each row at most once');
    const unknown = { kind: 'token-sum' } as unknown as Aggregation;
    expect(() => tokenWeights(BATCH, unknown)).toThrow('aggregation: must have a known kind, got {"kind":"token-sum"}');
  });
});
