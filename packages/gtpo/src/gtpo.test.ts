import { rloo } from '@turnwise/advantages';
import type { Embedding, Verifier } from '@turnwise/rewards';
import type { TrajectoryGroup } from '@turnwise/trajectory';
import { describe, expect, it } from 'vitest';
import { groupOf, js, type WrittenTrajectory } from '../test/written-trajectory.js';
import { grpo } from './grpo.js';
import { type GtpoOptions, gtpo } from './gtpo.js';
import { packTrajectories } from './pack-trajectories.js';
import type { PolicyAlgorithm } from './policy-algorithm.js';
import { turnRewardBatch } from './turn-reward-batch.js';

const verifier: Verifier = async (_, { answer }) =>
  answer === 'down'
    ? { status: 'infrastructure-failure', message: '' }
    : { status: answer === 'right' ? 'correct' : 'incorrect' };
/** The code is its own vector: `3,4` is [3, 4]. */
const embedding: Embedding = (codes) => codes.map((code) => code.split(',').map(Number));
const shaping = {
  embedding,
  definitions: () => [{ name: 'js', description: '', inputSchema: {}, codeArgument: 'code' }],
};

/** A trajectory of so many turns of two tokens; the first turn calls a tool with this code, unless it is `null`. */
function trajectory(turns: number, answer: 'right' | 'wrong' | 'down', code: string | null = '1,0'): WrittenTrajectory {
  const turn = { action: [5, 6], observation: [9] };
  return {
    answer,
    turns: Array.from({ length: turns }, (_, j) => (j === 0 && code !== null ? { ...turn, calls: [js(code)] } : turn)),
  };
}

/** From the group to the advantage of every action token, two by two equal; one number per turn comes back. */
async function tokenAdvantages(algorithm: PolicyAlgorithm, groups: readonly TrajectoryGroup[]): Promise<number[]> {
  const rewards = await Promise.all(groups.map((group) => algorithm.reward(group)));
  const batch = turnRewardBatch(groups, rewards);
  const packed = packTrajectories(groups, algorithm.advantages(batch), { temperature: 1, included: batch.included });
  const tokens = [...packed.advantages].filter((_, at) => packed.actionMask[at] === 1);
  expect(tokens.filter((_, k) => k % 2 === 0)).toEqual(tokens.filter((_, k) => k % 2 === 1));
  return tokens.filter((_, k) => k % 2 === 0);
}

const expectClose = (actual: readonly number[], expected: readonly number[]) => {
  expect(actual).toHaveLength(expected.length);
  expected.forEach((value, i) => {
    expect(Math.abs((actual[i] as number) - value)).toBeLessThan(1e-6);
  });
};

/** Examples A to E: what the policy did, and the advantages of the turns worked out from the formula. */
const EXAMPLES = [
  {
    name: 'A: one correct in three turns, one wrong in two',
    // The failure's code is at a right angle to the success's: nothing is shaped.
    group: groupOf(trajectory(3, 'right', '1,0'), trajectory(2, 'wrong', '0,1')),
    population: [0.600082, 0.801601, 1.025512, -1.213598, -1.213598],
    sample: [0.536729, 0.716974, 0.917246, -1.085475, -1.085475],
  },
  {
    name: 'B: no call in the first turn of both',
    group: groupOf(trajectory(2, 'right', null), trajectory(2, 'wrong', null)),
    population: [0.77876, 1.194098, -1.090263, -0.882594],
    sample: [0.674426, 1.03412, -0.944196, -0.764349],
  },
  {
    name: 'C: both correct, unequal lengths',
    group: groupOf(trajectory(1, 'right'), trajectory(3, 'right')),
    population: [0.915676, -1.484027, -0.347326, 0.915676],
    sample: [0.793, -1.285208, -0.300793, 0.793],
  },
  {
    name: 'D: both wrong',
    group: groupOf(trajectory(2, 'wrong'), trajectory(3, 'wrong')),
    population: [0, 0, 0, 0, 0],
    sample: [0, 0, 0, 0, 0],
  },
  {
    name: 'E: a failure with similarities .8 and .6',
    group: groupOf(trajectory(2, 'right', '1,0'), trajectory(2, 'right', '0,1'), trajectory(2, 'wrong', '4,3')),
    population: [0.529837, 0.869839, 0.529837, 0.869839, -1.459176, -1.340175],
    sample: [0.483673, 0.794051, 0.483673, 0.794051, -1.33204, -1.223408],
  },
];

describe('gtpo, from what the policy did to the advantage of every token', () => {
  it.each(EXAMPLES)('$name', async ({ group, population, sample }) => {
    expectClose(await tokenAdvantages(gtpo({ verifier, shaping, ddof: 0 }), [group]), population);
    expectClose(await tokenAdvantages(gtpo({ verifier, shaping, ddof: 1 }), [group]), sample);
    expectClose(await tokenAdvantages(gtpo({ verifier, shaping }), [group]), sample);
  });

  it('keeps groups apart', async () => {
    const groups = EXAMPLES.map(({ group }) => group);
    const expected = EXAMPLES.flatMap(({ sample }) => sample);
    expectClose(await tokenAdvantages(gtpo({ verifier, shaping }), groups), expected);
  });

  it('is untouched by a trajectory whose verifier failed', async () => {
    const [{ group, sample }] = EXAMPLES as [(typeof EXAMPLES)[0]];
    const down = groupOf(trajectory(4, 'down')).trajectories;
    const widened = { ...group, trajectories: [...down, ...group.trajectories] };
    expectClose(await tokenAdvantages(gtpo({ verifier, shaping }), [widened]), sample);
  });
});

describe('gtpo, its switches', () => {
  const root = Math.SQRT1_2;
  const [a, , , , e] = EXAMPLES.map(({ group }) => group) as [TrajectoryGroup, never, never, never, TrajectoryGroup];
  const advantages = (options: Partial<GtpoOptions<TrajectoryGroup['task']>>, group: TrajectoryGroup) =>
    tokenAdvantages(gtpo({ verifier, shaping, epsilon: 0, ...options }), [group]);

  it('discount 1: every turn of A has its trajectory’s return', async () => {
    // Returns 1, 1, 1, 0, 0: mean .6, sample std sqrt(1.2 / 4) = .547723.
    expectClose(await advantages({ discount: 1 }, a), [0.730297, 0.730297, 0.730297, -1.095445, -1.095445]);
  });

  it('shaping off: the failure of E has return 0', async () => {
    // Returns .9, 1, .9, 1, 0, 0: mean .633333; squared deviations 2 * (.071111 + .134444) + 2 * .401111 = 1.213333;
    // sample std .492612.
    expectClose(
      await advantages({ shaping: 'off' }, e),
      [0.541332, 0.744331, 0.541332, 0.744331, -1.285663, -1.285663],
    );
  });

  it('turn reward off: the penalty of B moves to the last turn', async () => {
    const [, { group }] = EXAMPLES as [never, (typeof EXAMPLES)[0]];
    // Rewards [0, .9], [0, -.1]; returns .81, .9, -.09, -.1: mean .38; squared deviations .1849 + .2704 + .2209 + .2304
    // = .9066; sample std .549727.
    expectClose(await advantages({ turnReward: 'off' }, group), [0.782207, 0.945924, -0.854969, -0.87316]);
  });

  it('gate: groups of one outcome get 0', async () => {
    const [, , { group: bothRight }] = EXAMPLES as [never, never, (typeof EXAMPLES)[0]];
    expectClose(await advantages({ gate: 'outcome' }, bothRight), [0, 0, 0, 0]);
  });

  it('scope: mean and deviation over the batch', async () => {
    const single = (answer: 'right' | 'wrong') => trajectory(1, answer);
    const groups = [groupOf(single('right'), single('wrong')), groupOf(single('right'), single('right'))];
    const algorithm = gtpo({ verifier, shaping: 'off', scope: 'batch', epsilon: 0 });
    expectClose(await tokenAdvantages(algorithm, groups), [0.5, -1.5, 0.5, 0.5]);
  });

  it('has the clip of the loss, and its name', () => {
    const { name, loss } = gtpo({ verifier, shaping: 'off', aggregation: { kind: 'sequence-mean-token-sum' } });
    expect([name, loss.name, loss.aggregation.kind]).toEqual(['gtpo', 'clipped-surrogate', 'sequence-mean-token-sum']);
    expect(() => gtpo({ verifier, shaping: 'off', clipHigh: -1 })).toThrow('clipHigh: must be finite');
    expect(() => gtpo({ verifier, shaping: 'off', discount: 2 })).toThrow('discount: must be in [0, 1], got 2');
  });

  it('swaps a part by changing one field', async () => {
    const swapped = { ...gtpo({ verifier, shaping: 'off' }), advantages: rloo() };
    // Summed rewards 1 and 0.
    expectClose(await tokenAdvantages(swapped, [a]), [1, 1, 1, -1, -1]);
  });

  it('grpo: the paper’s baseline reward, one advantage per trajectory', async () => {
    expectClose(await tokenAdvantages(grpo({ verifier, epsilon: 0 }), [a]), [root, root, root, -root, -root]);
    // In B both break the format: reward 0 for both.
    const [, { group }] = EXAMPLES as [never, (typeof EXAMPLES)[0]];
    expectClose(await tokenAdvantages(grpo({ verifier }), [group]), [0, 0, 0, 0]);
    expectClose(await tokenAdvantages(grpo({ verifier, std: 'none' }), [a]), [0.5, 0.5, 0.5, -0.5, -0.5]);
    expect(grpo({ verifier })).toMatchObject({ name: 'grpo', regularizers: [] });
  });

  it('grpo is gtpo where they must agree: one turn each, no format error, no shaping', async () => {
    const group = groupOf(trajectory(1, 'right'), trajectory(1, 'wrong'), trajectory(1, 'wrong'));
    const [viaTurns, viaTrajectories] = [gtpo({ verifier, shaping: 'off' }), grpo({ verifier })];
    expect(await tokenAdvantages(viaTurns, [group])).toEqual(await tokenAdvantages(viaTrajectories, [group]));
  });
});
