import { turnRewards } from '@turnwise/rewards';
import { decodeTrajectory } from '@turnwise/trajectory';
import { expect, it } from 'vitest';
import { taskOf, trajectoryOf } from '../../test/written-trajectory.js';
import { storedTrajectories } from './stored-trajectories.js';

it('stores each trajectory with the rewards of its own turns, and one that was not scored without', () => {
  const groups = [
    { task: taskOf('x', 1, ['held-out']), trajectories: [trajectoryOf(0, ['ok', 'answer'])] },
    {
      task: taskOf('y'),
      trajectories: [
        trajectoryOf(0, ['ok'], { stopReason: 'infrastructure-failure' }),
        trajectoryOf(1, ['ok', 'invalid', 'answer']),
      ],
    },
  ] as const;
  const [x, y] = groups;
  const rewards = [
    turnRewards(x, { parts: { a: Float64Array.of(0, 1) }, outcomes: Float64Array.of(1) }),
    turnRewards(y, {
      parts: { a: Float64Array.of(0, 0.25, 0.5, 0), b: Float64Array.of(0, 0, -0.125, 0) },
      outcomes: Float64Array.of(0, 0),
      exclusions: [{ trajectory: 0, reason: 'infrastructure-failure', message: 'gone' }],
    }),
  ];
  const lines = storedTrajectories({ groups, rewards }, 4);
  const records = lines.map((line) => decodeTrajectory(JSON.stringify(line)));
  expect(records.map(({ family, group, step }) => [family, group, step])).toEqual([
    ['x', 0, 4],
    ['y', 1, 4],
    ['y', 1, 4],
  ]);
  expect(records[0]).toMatchObject({ outcome: true, tags: ['held-out'], prompt: [{ role: 'user', content: '1+1?' }] });
  expect(records[0]?.rewards).toEqual([
    { total: 0, parts: { a: 0 } },
    { total: 1, parts: { a: 1 } },
  ]);
  expect(records[1]).not.toHaveProperty('outcome');
  expect(records[1]).not.toHaveProperty('rewards');
  expect(records[2]?.outcome).toBe(false);
  expect(records[2]?.rewards).toEqual([
    { total: 0.25, parts: { a: 0.25, b: 0 } },
    { total: 0.375, parts: { a: 0.5, b: -0.125 } },
    { total: 0, parts: { a: 0, b: 0 } },
  ]);
  expect(records.map(({ trajectory }) => trajectory)).toEqual(groups.flatMap(({ trajectories }) => trajectories));
});
