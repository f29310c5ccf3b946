import type { Task } from '@turnwise/trajectory';
import type { ScoredGroup } from './scored-group.js';
import type { Tally } from './turn-rewards.js';

/** One named part of a reward. */
export interface PartRewards {
  /** `[turns of the group]`, finite; 0 on the turns of excluded trajectories. */
  readonly values: Float64Array;
  readonly metrics?: Readonly<Record<string, Tally>>;
}

/** Computes one part of the turn rewards of a judged group. */
export type RewardPart<T extends Task = Task> = (scored: ScoredGroup<T>) => PartRewards | Promise<PartRewards>;
