import type { AdvantageEstimator, Gate } from './advantage-estimator.js';
import { checkEpsilon, checkShare } from './check-option.js';
import type { Credit } from './credit.js';
import { handBack } from './hand-back.js';
import { lastTurns } from './last-turns.js';
import { participatingTurns } from './participating-turns.js';
import { type RewardSource, rewardsOf } from './reward-source.js';
import { standardizeTurns } from './standardize-turns.js';
import { checkTurnRewardBatch } from './turn-reward-batch.js';

/** Options of `igpo`. */
export interface IgpoOptions {
  /** Per turn, in [0, 1]. */
  readonly discount?: number;
  /** The information gain of every turn but the last. */
  readonly gain?: RewardSource;
  /** The reward of the last turn. */
  readonly outcome?: RewardSource;
  readonly epsilon?: number;
  readonly gate?: Gate;
}

/**
 * Information-gain policy optimization, arXiv 2510.14967 (read second-hand): each kind of reward is normalised over the
 * group by itself, then discounted and added up. (GTPO adds up first and normalises what comes out.)
 *
 *     z[i,j] = (g[i,j] - mean(g)) / (std(g) + epsilon)      over all turns of the group but the last of each trajectory
 *     z[i,T] = (o[i] - mean(o)) / (std(o) + epsilon)        over the last turns of the group
 *     A[i,j] = sum over m = j .. T of discount^(m - j) * z[i,m]
 *
 * By default `g` are the batch's rewards and `o` the raw outcomes. Edge cases: a kind with equal values, or with one
 * value, gives zeros; excluded trajectories leave mean and std and get 0.
 *
 * @throws RangeError for an option out of range; the estimator throws it for a malformed or incomplete batch.
 */
export function igpo({
  discount = 1,
  gain = 'rewards',
  outcome = 'outcomes',
  epsilon = 1e-6,
  gate = 'none',
}: IgpoOptions = {}): AdvantageEstimator {
  checkShare('discount', discount);
  checkEpsilon(epsilon);
  return (batch) => {
    const { trajectorySplits } = checkTurnRewardBatch(batch);
    const weights = participatingTurns(batch, gate);
    const last = lastTurns(batch);
    const only = (which: number) => weights.map((weight, turn) => (last[turn] === which ? weight : 0));
    const normalized = (source: RewardSource, which: number) =>
      standardizeTurns(rewardsOf(batch, source), only(which), batch, batch.groupSplits, { std: 'sample', epsilon });
    const gains = normalized(gain, 0);
    const outcomes = normalized(outcome, 1);
    const kinds = gains.values.map((value, turn) => value + (outcomes.values[turn] as number));
    const credit: Credit = (turn) => (last[turn] === 1 ? outcomes : gains).credit(turn);
    return { level: 'turn', ...handBack(kinds, credit, trajectorySplits, discount) };
  };
}
