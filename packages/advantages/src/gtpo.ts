import type { AdvantageEstimator, Gate, Scope } from './advantage-estimator.js';
import { checkChoice, checkEpsilon, checkShare } from './check-option.js';
import { discountedReturns } from './discounted-returns.js';
import { standardizeTurns } from './standardize-turns.js';
import { participants, statisticSets } from './statistic-sets.js';
import { checkTurnRewardBatch, type TurnRewardBatch } from './turn-reward-batch.js';

/** Options of `gtpo`. */
export interface GtpoOptions {
  /** Per turn, in [0, 1]. */
  readonly discount?: number;
  /** Mean and standard deviation over all turns of one group, or of the batch. */
  readonly scope?: Scope;
  /** 1: sample standard deviation, 0: population. */
  readonly ddof?: 0 | 1;
  /** Added to the standard deviation. */
  readonly epsilon?: number;
  /** `'turn'`: every turn counts once. `'trajectory'`: every trajectory counts once, its turns share that. */
  readonly weighting?: 'turn' | 'trajectory';
  /** `'outcome'`: groups whose raw outcomes are all equal get 0. */
  readonly gate?: Gate;
}

/**
 * Turn-level advantages of Group Turn Policy Optimization, arXiv 2511.14846, Eqs. 6 and 7.
 *
 *     R[i,j] = sum over m = j .. T_i of discount^(m - j) * r[i,m]
 *     A[i,j] = (R[i,j] - mean(S)) / (std(S) + epsilon)
 *
 * `S` is the set of all returns of the group (`scope: 'group'`) or of the batch. Readings of the paper differ on that
 * set, on `ddof` and on `epsilon`; `weighting` and `gate` are additions. The defaults are our reading of the paper.
 *
 * Edge cases: equal returns, a set of one turn and an empty group give zeros; excluded trajectories leave mean and std
 * and get 0; groups that are all correct but of unequal length do *not* give zeros, because the discount tells early
 * from late turns (`gate: 'outcome'` zeroes them).
 *
 * @throws RangeError for an option out of range; the estimator throws it for a malformed batch.
 * @example
 * // Two trajectories, three turns (correct) and two turns (wrong); returns [.81, .9, 1], [0, 0].
 * gtpo({ ddof: 0 })(batch).values; // [0.600082, 0.801601, 1.025512, -1.213598, -1.213598]
 */
export function gtpo({
  discount = 0.9,
  scope = 'group',
  ddof = 1,
  epsilon = 1e-6,
  weighting = 'turn',
  gate = 'none',
}: GtpoOptions = {}): AdvantageEstimator {
  checkShare('discount', discount);
  checkChoice('ddof', ddof, [0, 1]);
  checkEpsilon(epsilon);
  const std = ddof === 1 ? 'sample' : 'population';
  return (batch) => {
    checkTurnRewardBatch(batch);
    const returns = discountedReturns(batch.rewards, batch.trajectorySplits, discount);
    const weights = turnWeights(batch, participants(batch, gate), weighting);
    const sets = statisticSets(batch, scope);
    return { level: 'turn', ...standardizeTurns(returns, weights, batch, sets, { std, epsilon }) };
  };
}

/** `[turns]`: 0 for trajectories that take no part, else 1 or 1 / (turns of the trajectory). */
function turnWeights(
  { rewards, trajectorySplits }: TurnRewardBatch,
  takesPart: Uint8Array,
  weighting: 'turn' | 'trajectory',
): Float64Array {
  const weights = new Float64Array(rewards.length);
  takesPart.forEach((part, i) => {
    const from = trajectorySplits[i] as number;
    const to = trajectorySplits[i + 1] as number;
    weights.fill(part * weightOfTurn(weighting, to - from), from, to);
  });
  return weights;
}

function weightOfTurn(weighting: 'turn' | 'trajectory', turns: number): number {
  switch (weighting) {
    case 'turn':
      return 1;
    case 'trajectory':
      return 1 / turns;
    default:
      throw new RangeError(`weighting: must be 'turn' or 'trajectory', got ${weighting satisfies never}`);
  }
}
