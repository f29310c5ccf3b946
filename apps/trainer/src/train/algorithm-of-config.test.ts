import type { Verifier } from '@turnwise/rewards';
import type { TrajectoryGroup } from '@turnwise/trajectory';
import { describe, expect, it } from 'vitest';
import { taskOf, trajectoryOf } from '../../test/written-trajectory.js';
import { type GivenOptions, resolveConfig } from '../config/resolve-config.js';
import type { TrainerTask } from '../tasks/task-schema.js';
import { type AlgorithmParts, algorithmOfConfig } from './algorithm-of-config.js';

const verifier: Verifier<TrainerTask> = async (_, { answer }) => ({ status: answer === 'a' ? 'correct' : 'incorrect' });
const parts: AlgorithmParts = {
  verifier,
  definitions: () => [{ name: 'js', description: '', inputSchema: {}, codeArgument: 'code' }],
  modules: { reward: null, estimator: null },
};
const algorithm = (given: GivenOptions, modules: Partial<AlgorithmParts['modules']> = {}) =>
  algorithmOfConfig(resolveConfig(given, '/'), { ...parts, modules: { ...parts.modules, ...modules } });

/** A success after an invalid call, and a failure with the same code: three and two turns. */
const group: TrajectoryGroup<TrainerTask> = {
  task: taskOf('f'),
  trajectories: [trajectoryOf(0, ['invalid', 'ok', 'answer']), trajectoryOf(1, ['ok', 'answer'], { answer: 'b' })],
};
const total = async (given: GivenOptions) => [...(await algorithm(given).reward(group)).total];

describe('the reward of the options', () => {
  it.each<[GivenOptions, number[]]>([
    // Shaping: the same code, so similarity 1, times 0.5.
    [{}, [-0.1, 0, 1, 0, 0.5]],
    [{ shaping: 'off' }, [-0.1, 0, 1, 0, 0]],
    [{ turnReward: 'off' }, [0, 0, 0.9, 0, 0.5]],
    [{ reward: 'outcome' }, [0, 0, 1, 0, 0]],
    [{ reward: 'format' }, [-0.1, 0, 0, 0, 0]],
    // The paper's baseline: nothing for a success that broke the format.
    [{ algorithm: 'grpo' }, [0, 0, 0, 0, 0]],
  ])('%j', async (given, expected) => {
    const found = await total(given);
    expected.forEach((value, turn) => {
      expect(found[turn]).toBeCloseTo(value, 12);
    });
  });

  it('a module gets the group with what the verifier found', async () => {
    const reward = async (...[own, judgement]: Parameters<NonNullable<AlgorithmParts['modules']['reward']>>) => {
      expect(own).toBe(group);
      expect([...judgement.outcomes]).toEqual([1, 0]);
      expect([...judgement.turnSplits]).toEqual([0, 3, 5]);
      const values = new Float64Array(5).fill(0.25);
      return {
        parts: { own: values },
        total: values,
        outcomes: judgement.outcomes,
        included: Uint8Array.of(1, 1),
        exclusions: [],
        metrics: {},
      };
    };
    expect([...(await algorithm({ reward: './own.ts' }, { reward }).reward(group)).total]).toEqual(Array(5).fill(0.25));
  });
});

describe('the estimator of the options', () => {
  const batch = {
    rewards: Float64Array.of(0, 0, 1, 0, 0),
    trajectorySplits: Int32Array.of(0, 3, 5),
    groupSplits: Int32Array.of(0, 2),
    outcomes: Uint8Array.of(1, 0),
    included: Uint8Array.of(1, 1),
  };
  const first = (given: GivenOptions, of = batch) => algorithm(given).advantages(of).values[0];

  it.each<[GivenOptions, number]>([
    // Worked example A of the algorithm's description: returns [.81, .9, 1], [0, 0].
    [{}, 0.536729],
    // Returns [1, 1, 1], [0, 0]: mean .6, sample deviation sqrt(1.2 / 4) = .547723.
    [{ discount: '1' }, 0.730295],
    // Trajectory rewards 1 and 0: mean .5, sample deviation .707107.
    [{ estimator: 'grpo' }, Math.SQRT1_2],
  ])('%j', (given, expected) => {
    expect(first(given)).toBeCloseTo(expected, 5);
  });

  it('passes the gate and the set of the normalisation on', () => {
    const allRight = { ...batch, outcomes: Uint8Array.of(1, 1) };
    expect(first({ gate: 'outcome' }, allRight)).toBe(0);
    expect(first({ gate: 'outcome', estimator: 'grpo' }, allRight)).toBe(0);
    expect(first({}, allRight)).not.toBe(0);
    const two = {
      rewards: Float64Array.of(1, 0, 0, 0),
      trajectorySplits: Int32Array.of(0, 1, 2, 3, 4),
      groupSplits: Int32Array.of(0, 2, 4),
      outcomes: Uint8Array.of(1, 0, 0, 0),
      included: Uint8Array.of(1, 1, 1, 1),
    };
    for (const estimator of ['gtpo', 'grpo']) {
      // In its group 1 against 0: .5 / .707107. In the batch 1 against three: .75 / .5.
      expect(first({ estimator }, two)).toBeCloseTo(Math.SQRT1_2, 5);
      expect(first({ estimator, normaliseOver: 'batch' }, two)).toBeCloseTo(1.499997, 5);
    }
  });

  it('a module that was not loaded is named', () => {
    expect(() => algorithm({ estimator: './own.ts' })).toThrow('modules: must hold /own.ts, which the config names');
  });
});
