import type { TurnRewards } from '@turnwise/rewards';
import { type TrajectoryGroup, type TrajectoryLine, trajectoryLine } from '@turnwise/trajectory';
import type { TrainerTask } from '../tasks/task-schema.js';
import type { TrainedUpdate } from './train-update.js';

/** The lines of `trajectories.jsonl` for an update. A trajectory that was not scored has no outcome and no reward. */
export function storedTrajectories(
  { groups, rewards }: Pick<TrainedUpdate, 'groups' | 'rewards'>,
  step: number,
): TrajectoryLine[] {
  return groups.flatMap((group, index) => linesOf(group, rewards[index] as TurnRewards, index, step));
}

function linesOf(
  { task, trajectories }: TrajectoryGroup<TrainerTask>,
  { parts, total, outcomes, included }: TurnRewards,
  group: number,
  step: number,
): TrajectoryLine[] {
  let first = 0;
  return trajectories.map((trajectory, i) => {
    const turns = trajectory.turns.map((_, j) => first + j);
    first += trajectory.turns.length;
    const scored =
      included[i] === 1
        ? {
            outcome: outcomes[i] === 1,
            rewards: turns.map((turn) => ({
              total: total[turn] as number,
              parts: Object.fromEntries(Object.entries(parts).map(([name, values]) => [name, values[turn] as number])),
            })),
          }
        : {};
    return trajectoryLine({
      trajectory,
      family: task.family,
      group,
      step,
      ...scored,
      ...(task.tags === undefined ? {} : { tags: task.tags }),
      prompt: task.prompt,
    });
  });
}
