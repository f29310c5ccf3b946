import type { Credit } from './credit.js';
import type { TurnRewardBatch } from './turn-reward-batch.js';

/** Advantages: one number per turn, which every token of the turn gets, or one per action token. */
export interface Advantages {
  readonly level: 'turn' | 'token';
  /** `[turns]`, or `[action tokens]` in the order of the batch; finite; 0 in excluded trajectories. */
  readonly values: Float64Array;
  /** What a composed estimator added up, by name and weighted, each as long as `values`. */
  readonly parts?: Readonly<Record<string, Float64Array>>;
  /** For a ledger: how each value came about. The terms of a turn (or token) add up to its value. */
  readonly credit?: Credit;
}

/** Rewards to advantages. Pure: reads the batch, writes nothing into it. */
export type AdvantageEstimator = (batch: TurnRewardBatch) => Advantages;

/** The set that mean and standard deviation are taken over: one group at a time, or the whole batch. */
export type Scope = 'group' | 'batch';

/** `'outcome'`: a group whose included trajectories all have the same raw outcome gets advantage 0. */
export type Gate = 'none' | 'outcome';
