import type { Task, Trajectory, TrajectoryGroup } from '@turnwise/trajectory';
import type { Exclusion } from './turn-rewards.js';
import type { Verifier } from './verifier.js';

/** A group whose final answers are judged: what the parts of a reward read. */
export interface ScoredGroup<T extends Task = Task> {
  readonly group: TrajectoryGroup<T>;
  /** `[trajectories + 1]` row offsets over the turns of the group. */
  readonly turnSplits: Int32Array;
  /** `[trajectories]`, 1 for a correct final answer, else 0; 0 for an excluded trajectory. */
  readonly outcomes: Float64Array;
  /** `[trajectories]`, 0 for a trajectory that is not scored. */
  readonly included: Uint8Array;
  readonly exclusions: readonly Exclusion[];
}

/**
 * Judges every trajectory of a group.
 *
 * Only a trajectory that ended in an answer is put before the verifier: one that was truncated, ran out of turns or
 * filled its context is incorrect. Not scored at all, and so excluded: an infrastructure failure, an aborted
 * trajectory, one without turns, and one whose verifier failed.
 */
export async function scoreGroup<T extends Task>(
  group: TrajectoryGroup<T>,
  verifier: Verifier<T>,
  signal?: AbortSignal,
): Promise<ScoredGroup<T>> {
  const judged = await Promise.all(
    group.trajectories.map((trajectory) => judge(group.task, trajectory, verifier, signal)),
  );
  const turnSplits = new Int32Array(group.trajectories.length + 1);
  group.trajectories.forEach(({ turns }, i) => {
    turnSplits[i + 1] = (turnSplits[i] as number) + turns.length;
  });
  return {
    group,
    turnSplits,
    outcomes: Float64Array.from(judged, (outcome) => (outcome === 'correct' ? 1 : 0)),
    included: Uint8Array.from(judged, (outcome) => (typeof outcome === 'string' ? 1 : 0)),
    exclusions: judged.flatMap((outcome, trajectory) =>
      typeof outcome === 'string' ? [] : [{ trajectory, ...outcome }],
    ),
  };
}

type Judged = 'correct' | 'incorrect' | Omit<Exclusion, 'trajectory'>;

async function judge<T extends Task>(
  task: T,
  trajectory: Trajectory,
  verifier: Verifier<T>,
  signal: AbortSignal | undefined,
): Promise<Judged> {
  const { stopReason } = trajectory;
  if (stopReason === 'infrastructure-failure' || stopReason === 'aborted') {
    return { reason: stopReason, message: `the trajectory stopped by ${stopReason}` };
  }
  if (trajectory.turns.length === 0) return { reason: 'no-turns', message: `no turn before ${stopReason}` };
  if (stopReason !== 'answered') return 'incorrect';
  const verdict = await verifier(task, trajectory, signal);
  switch (verdict.status) {
    case 'correct':
    case 'incorrect':
      return verdict.status;
    case 'infrastructure-failure':
      return { reason: 'verifier-failure', message: verdict.message };
    default:
      throw new RangeError(`verdict: must have a known status, got ${JSON.stringify(verdict satisfies never)}`);
  }
}
