import type { Task, TrajectoryGroup } from '@turnwise/trajectory';

/** A sum and what it is over, so that the mean over many groups is one division. */
export interface Tally {
  readonly sum: number;
  readonly count: number;
}

/** A trajectory that leaves its group, and why. */
export interface Exclusion {
  /** Index of the trajectory in its group. */
  readonly trajectory: number;
  readonly reason: 'infrastructure-failure' | 'aborted' | 'no-turns' | 'verifier-failure';
  readonly message: string;
}

/** The rewards of one group. Its turns lie flat, trajectory after trajectory in the order of the group. */
export interface TurnRewards {
  /** By name, `[turns of the group]`; every part stays visible in metrics and ledger. */
  readonly parts: Readonly<Record<string, Float64Array>>;
  /** `[turns of the group]`, the sum of the parts. */
  readonly total: Float64Array;
  /** `[trajectories]`, 1 for a correct final answer, else 0: the raw outcome, before any shaping. */
  readonly outcomes: Float64Array;
  /** `[trajectories]`, 0 for a trajectory that is not scored: it leaves its group before mean and std are taken. */
  readonly included: Uint8Array;
  /** One entry per 0 of `included`. */
  readonly exclusions: readonly Exclusion[];
  readonly metrics: Readonly<Record<string, Tally>>;
}

/** Scores a group. */
export type RewardFunction<T extends Task = Task> = (group: TrajectoryGroup<T>) => TurnRewards | Promise<TurnRewards>;

/**
 * Makes checked turn rewards from named parts: adds them up to `total`, and excludes nothing unless told.
 *
 * @throws RangeError when a part has another length than the group has turns or holds a number that is not finite,
 *   when `outcomes` has another length than the group has trajectories, or when an exclusion names no trajectory.
 * @example
 * turnRewards(group, { parts: { accuracy }, outcomes });
 */
export function turnRewards(
  group: TrajectoryGroup,
  given: {
    readonly parts: Readonly<Record<string, Float64Array>>;
    readonly outcomes: Float64Array;
    readonly exclusions?: readonly Exclusion[];
    readonly metrics?: Readonly<Record<string, Tally>>;
  },
): TurnRewards {
  const { parts, outcomes, exclusions = [], metrics = {} } = given;
  const trajectories = group.trajectories.length;
  if (outcomes.length !== trajectories) {
    throw new RangeError(`outcomes: must hold ${trajectories} values, got ${outcomes.length}`);
  }
  const total = new Float64Array(group.trajectories.reduce((turns, { turns: own }) => turns + own.length, 0));
  for (const [name, part] of Object.entries(parts)) addPart(name, part, total);
  const included = new Uint8Array(trajectories).fill(1);
  for (const { trajectory } of exclusions) {
    if (included[trajectory] === undefined) {
      throw new RangeError(`exclusions: must name one of ${trajectories} trajectories, got ${trajectory}`);
    }
    included[trajectory] = 0;
  }
  return { parts, total, outcomes, included, exclusions, metrics };
}

function addPart(name: string, part: Float64Array, total: Float64Array): void {
  if (part.length !== total.length) {
    throw new RangeError(`parts.${name}: must hold ${total.length} values, got ${part.length}`);
  }
  part.forEach((value, turn) => {
    if (!Number.isFinite(value)) throw new RangeError(`parts.${name}: must be finite, got ${value} at ${turn}`);
    total[turn] = (total[turn] as number) + value;
  });
}
