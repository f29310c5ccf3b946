import type { AdvantageEstimator, Gate } from './advantage-estimator.js';
import { checkShare } from './check-option.js';
import type { Credit } from './credit.js';
import { grpo } from './grpo.js';
import { handBack } from './hand-back.js';
import { lastTurns } from './last-turns.js';
import { type RewardSource, withRewards } from './reward-source.js';
import type { Deviation } from './standardize.js';
import { turnIndex } from './turn-index.js';
import { checkTurnRewardBatch } from './turn-reward-batch.js';

/** Options of `mtGrpo`. */
export interface MtGrpoOptions {
  /** Per turn, in [0, 1]: `alpha` of the paper. */
  readonly discount?: number;
  /** The rewards of turns before the last one. */
  readonly turnRewards?: RewardSource;
  /** The reward of the whole trajectory: the sum over its turns. */
  readonly outcome?: RewardSource;
  readonly std?: Deviation;
  readonly epsilon?: number;
  readonly gate?: Gate;
}

/**
 * Multi-turn GRPO, arXiv 2505.11821: rewards of turns are normalised at each turn index over the group, the outcome over
 * the trajectories of the group, and both are handed back to earlier turns.
 *
 *     A[i,k] = sum over l = k .. K-1 of alpha^(l-k) * A_I[i,l] + alpha^(K-k) * A_O[i]      K = turns of trajectory i
 *
 * The last turn has the outcome's advantage alone. With two turns and alpha 1 this is the authors' code: `A_O + A_I` on
 * the first turn, `A_O` on the second.
 *
 * Biased where the policy decides when to stop: the trajectories that reach an index are not those that reach another.
 * By default the turn rewards are those of the batch (its last turns are not read) and the outcome is the raw outcome.
 *
 * Edge cases: those of `turnIndex` and `grpo`.
 *
 * @throws RangeError for an option out of range; the estimator throws it for a malformed or incomplete batch.
 */
export function mtGrpo({
  discount = 1,
  turnRewards = 'rewards',
  outcome = 'outcomes',
  std = 'sample',
  epsilon = 1e-6,
  gate = 'none',
}: MtGrpoOptions = {}): AdvantageEstimator {
  checkShare('discount', discount);
  const ofTurns = withRewards(turnRewards, turnIndex({ std, epsilon, gate }));
  const ofOutcome = withRewards(outcome, grpo({ std, epsilon, gate }));
  return (batch) => {
    const { trajectorySplits } = checkTurnRewardBatch(batch);
    const turns = ofTurns(batch);
    const outcomes = ofOutcome(batch);
    const last = lastTurns(batch);
    const values = turns.values.map((value, turn) => (last[turn] === 1 ? (outcomes.values[turn] as number) : value));
    const credit: Credit = (turn) => ((last[turn] === 1 ? outcomes : turns).credit as Credit)(turn);
    return { level: 'turn', ...handBack(values, credit, trajectorySplits, discount) };
  };
}
