import { turnRewards } from '@turnwise/rewards';
import { describe, expect, it } from 'vitest';
import { groupOf } from '../test/written-trajectory.js';
import type { PolicyAlgorithm } from './policy-algorithm.js';
import * as published from './published-algorithms.js';
import { turnRewardBatch } from './turn-reward-batch.js';

/** Trajectories of two turns, two turns and one turn, two tokens each; only the first is right. */
const GROUP = groupOf(
  ...[2, 2, 1].map((turns) => ({ turns: Array.from({ length: turns }, () => ({ action: [5, 6] })) })),
);
const reward = () =>
  turnRewards(GROUP, {
    parts: { answer: Float64Array.of(0.2, 1, 0.4, 0, 0), nothing: new Float64Array(5) },
    outcomes: Float64Array.of(1, 0, 0),
  });
const BATCH = {
  ...turnRewardBatch([GROUP], [reward()]),
  stateKeys: ['start', 'sum', 'start', 'sum', 'start'],
};
const advantages = ({ advantages: of }: PolicyAlgorithm, batch = BATCH) => [...of(batch).values];
const close = (actual: readonly number[], expected: readonly number[]) => {
  expect(actual).toHaveLength(expected.length);
  expected.forEach((value, i) => {
    expect(actual[i]).toBeCloseTo(value, 5);
  });
};

it('has the names of the papers', () => {
  const { drGrpo, rloo, reinforcePlusPlus, gigpo, mtGrpo, turnPpo } = published;
  const algorithms = [
    drGrpo({ reward, maxTokens: 9 }),
    ...[rloo, reinforcePlusPlus, gigpo, mtGrpo, turnPpo].map((of) => of({ reward })),
  ];
  const names = ['dr-grpo', 'rloo', 'reinforce-plus-plus', 'gigpo', 'mt-grpo', 'turn-ppo'];
  expect(algorithms.map(({ name }) => name)).toEqual(names);
});

// Trajectory rewards 1.2, .4, 0: mean .533333, deviations .666667, -.133333, -.533333.
describe('published algorithms', () => {
  it('drGrpo: no deviation, no length', () => {
    const algorithm = published.drGrpo({ reward, maxTokens: 128 });
    close(advantages(algorithm), [0.666667, 0.666667, -0.133333, -0.133333, -0.533333]);
    expect(algorithm.loss.aggregation).toEqual({ kind: 'sequence-mean-token-sum-norm', constant: 128 });
  });

  it('rloo: the mean of the others', () => {
    const algorithm = published.rloo({ reward });
    close(advantages(algorithm), [1, 1, -0.2, -0.2, -0.8]);
    expect(algorithm.loss.aggregation).toEqual({ kind: 'sequence-mean-token-sum' });
  });

  it('dapo, gspo, luspo, vespo, cispo: GRPO advantages, each with its loss', () => {
    // Sample variance (.444444 + .017778 + .284444) / 2 = .373333, std .611010.
    const grpo = [1.091089, 1.091089, -0.218218, -0.218218, -0.872872];
    const algorithms = [
      published.dapo({ reward }),
      published.gspo({ reward }),
      published.luspo({ reward }),
      published.vespo({ reward }),
      published.cispo({ reward }),
    ];
    for (const algorithm of algorithms) close(advantages(algorithm), grpo);
    expect(algorithms.map(({ name, loss }) => [name, loss.name, loss.aggregation.kind])).toEqual([
      ['dapo', 'clipped-surrogate', 'token-mean'],
      ['gspo', 'gspo', 'sequence-mean-token-mean'],
      ['luspo', 'luspo', 'sequence-mean-token-sum'],
      ['vespo', 'vespo', 'token-mean'],
      ['cispo', 'cispo', 'token-mean'],
    ]);
    const aggregation = { kind: 'group-mean' } as const;
    expect(published.dapo({ reward, aggregation }).loss.aggregation).toBe(aggregation);
  });

  it('reinforcePlusPlus: returns of tokens, whitened', () => {
    // Undiscounted: 1.2 1.2 1 1 | .4 .4 0 0 | 0 0: mean .52; squares 2 * (.4624 + .2304 + .0144 + 3 * .2704) / 2.
    const { values, level } = published.reinforcePlusPlus({ reward }).advantages(BATCH);
    expect(level).toBe('token');
    const std = Math.sqrt((2 * (0.4624 + 0.2304 + 0.0144 + 2 * 0.2704)) / 9);
    close(
      [...values],
      [0.68, 0.68, 0.48, 0.48, -0.12, -0.12, -0.52, -0.52, -0.52, -0.52].map((value) => value / std),
    );
  });

  it('gigpo: the trajectory and the turn among those at its state', () => {
    // Discount 1: returns at "start" 1.2, .4, 0; at "sum" 1, 0.
    const step = [0.666667, 0.5, -0.133333, -0.5, -0.533333];
    const trajectory = [0.666667, 0.666667, -0.133333, -0.133333, -0.533333];
    close(
      advantages(published.gigpo({ reward, discount: 1, omega: 2 })),
      trajectory.map((value, k) => value + 2 * (step[k] as number)),
    );
  });

  it('mtGrpo: the turn index, and the outcome', () => {
    // First turns .2, .4, 0 have sample std .2: z = 0, 1, -1, but the third trajectory's first turn is its last.
    // Outcomes 1, 0, 0: sample std .577350: 1.154700, -.577350, -.577350.
    close(advantages(published.mtGrpo({ reward })), [1.1547, 1.1547, 1 - 0.57735, -0.57735, -0.57735]);
  });

  it('turnPpo: the values of the caller, the ratio of a turn', () => {
    const algorithm = published.turnPpo({ reward, discount: 1, lambda: 1, whiten: false });
    const values = Float64Array.of(0.5, 0.5, 0.1, 0.1, 0.1);
    // Returns 1.2, 1 | .4, 0 | 0, less the values.
    close(advantages(algorithm, { ...BATCH, values }), [0.7, 0.5, 0.3, -0.1, -0.1]);
    expect(algorithm.loss).toMatchObject({ needs: ['turns'], aggregation: { kind: 'turn-mean' } });
    expect(() => advantages(algorithm)).toThrow('values: must be given, since turnGae reads it, got none');
  });
});
