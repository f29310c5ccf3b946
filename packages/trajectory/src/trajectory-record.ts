import type { PromptMessage } from './message.js';
import type { Trajectory } from './trajectory.js';

/** The reward of one turn. */
export interface TurnRewardRecord {
  /** The sum of the parts. */
  readonly total: number;
  readonly parts: Readonly<Record<string, number>>;
}

/** A trajectory and the structural facts about it that a file keeps. What is absent is unknown, never 0. */
export interface TrajectoryRecord {
  readonly trajectory: Trajectory;
  readonly family: string;
  /** Index of the group in its update. */
  readonly group: number;
  /** Index of the update. */
  readonly step: number;
  readonly outcome?: boolean;
  /** One per turn, all with the same parts. */
  readonly rewards?: readonly TurnRewardRecord[];
  readonly tags?: readonly string[];
  readonly prompt?: readonly PromptMessage[];
}
