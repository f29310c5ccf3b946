import type { TurnRewardBatch } from './turn-reward-batch.js';

/** Advantages, one number per turn; every token of a turn gets the turn's. */
export interface Advantages {
  readonly level: 'turn';
  /** `[turns]`, finite; 0 on the turns of excluded trajectories. */
  readonly values: Float64Array;
}

/** Rewards to advantages. Pure: reads the batch, writes nothing into it. */
export type AdvantageEstimator = (batch: TurnRewardBatch) => Advantages;

/** The set that mean and standard deviation are taken over: one group at a time, or the whole batch. */
export type Scope = 'group' | 'batch';

/** `'outcome'`: a group whose included trajectories all have the same raw outcome gets advantage 0. */
export type Gate = 'none' | 'outcome';
