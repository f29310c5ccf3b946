import type { AdvantageEstimator, Gate } from './advantage-estimator.js';
import { checkEpsilon } from './check-option.js';
import { participatingTurns } from './participating-turns.js';
import type { Deviation } from './standardize.js';
import { standardizeSets } from './standardize-sets.js';
import { checkTurnRewardBatch } from './turn-reward-batch.js';
import { turnIndexSets } from './turn-sets.js';

/** Options of `turnIndex`. */
export interface TurnIndexOptions {
  readonly std?: Deviation;
  /** Added to the standard deviation. */
  readonly epsilon?: number;
  readonly gate?: Gate;
}

/**
 * A turn's own reward, relative to the turns at the same index of the group; nothing is accumulated.
 *
 *     A[i,k] = (r[i,k] - mean over i of r[i,k]) / (std over i of r[i,k] + epsilon)
 *
 * The part for turns in MT-GRPO (arXiv 2505.11821, Section 3). Biased where the policy decides when to stop: later
 * indices are reached by fewer trajectories, and not by the same kind.
 *
 * Edge cases: an index that one trajectory alone reaches, equal rewards and an empty group give zeros; excluded
 * trajectories leave mean and std and get 0.
 *
 * @throws RangeError for an option out of range; the estimator throws it for a malformed batch.
 */
export function turnIndex({
  std = 'sample',
  epsilon = 1e-6,
  gate = 'none',
}: TurnIndexOptions = {}): AdvantageEstimator {
  checkEpsilon(epsilon);
  return (batch) => {
    checkTurnRewardBatch(batch);
    const weights = participatingTurns(batch, gate);
    return { level: 'turn', ...standardizeSets(batch.rewards, weights, turnIndexSets(batch), { std, epsilon }) };
  };
}
