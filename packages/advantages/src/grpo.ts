import type { AdvantageEstimator, Gate, Scope } from './advantage-estimator.js';
import { checkChoice, checkEpsilon } from './check-option.js';
import { type Comparison, creditOf, creditOfRows, rowOf } from './credit.js';
import { grpoPresets } from './grpo-presets.js';
import { leaveOneOut } from './leave-one-out.js';
import { spread } from './spread.js';
import { type Deviation, standardize } from './standardize.js';
import { participants, statisticSets } from './statistic-sets.js';
import { trajectoryRewards } from './trajectory-rewards.js';
import { checkTurnRewardBatch } from './turn-reward-batch.js';

/** Options of `grpo`. */
export interface GrpoOptions {
  /** `'none'` leaves the deviation from the mean undivided (Dr. GRPO, arXiv 2503.20783). */
  readonly std?: Deviation;
  /** Added to the standard deviation; unused when `std` is `'none'`. */
  readonly epsilon?: number;
  /** `'leave-one-out'`: mean and standard deviation are those of the others (NeMo-RL). */
  readonly baseline?: 'mean' | 'leave-one-out';
  /** What a set of one gets: 0, or its reward as it is (verl, SkyRL, rLLM). */
  readonly singleton?: 'zero' | 'reward';
  /** Mean and standard deviation over the trajectories of one group, or of the batch. */
  readonly scope?: Scope;
  /** `'outcome'`: groups whose raw outcomes are all equal get 0. */
  readonly gate?: Gate;
}

function groupRelative({
  std = 'sample',
  epsilon = 1e-6,
  baseline = 'mean',
  singleton = 'zero',
  scope = 'group',
  gate = 'none',
}: GrpoOptions = {}): AdvantageEstimator {
  checkChoice('std', std, ['sample', 'population', 'none']);
  checkChoice('baseline', baseline, ['mean', 'leave-one-out']);
  checkChoice('singleton', singleton, ['zero', 'reward']);
  checkEpsilon(epsilon);
  const relative = baseline === 'mean' ? standardize : leaveOneOut;
  return (batch) => {
    checkTurnRewardBatch(batch);
    const rewards = trajectoryRewards(batch.rewards, batch.trajectorySplits);
    const weights = Float64Array.from(participants(batch, gate));
    const sets = statisticSets(batch, scope);
    const values = new Float64Array(rewards.length);
    const ofSet = (s: number): Comparison => {
      const from = sets[s] as number;
      const to = sets[s + 1] as number;
      const only = singleton === 'reward' ? onlyMember(weights, from, to) : -1;
      if (only < 0) return relative(rewards, weights, from, to, { std, epsilon }, values);
      values[only] = rewards[only] as number;
      return () => ({ baseline: 0, deviation: 1 });
    };
    const comparisons: Comparison[] = [];
    for (let s = 0; s + 1 < sets.length; s++) comparisons.push(ofSet(s));
    const comparison: Comparison = (i) => (comparisons[rowOf(sets, i)] as Comparison)(i);
    return {
      level: 'turn',
      values: spread(values, batch.trajectorySplits),
      credit: creditOfRows(creditOf(rewards, weights, comparison), batch.trajectorySplits),
    };
  };
}

/** GRPO as other projects compute it, each with options that override theirs. */
type GrpoPresets = { readonly [name in keyof typeof grpoPresets]: (options?: GrpoOptions) => AdvantageEstimator };

/**
 * Group-relative advantages of trajectory rewards: GRPO, arXiv 2402.03300.
 *
 *     r[i] = sum over turns j of r[i,j]
 *     A[i,j] = (r[i] - mean(r)) / (std(r) + epsilon)      the same for every turn of trajectory i
 *
 * Frameworks differ on every part of this line. `grpo.verl()`, `grpo.trl()`, `grpo.rllm()`, `grpo.nemo()`, ... are theirs
 * (`grpoPresets` holds the options), and take options of their own.
 *
 * Edge cases: equal rewards and an empty group give zeros; so does a group of one, unless `singleton` says otherwise;
 * excluded trajectories and trajectories without turns leave mean and std, and excluded ones get 0. Leaving one out
 * where the others are equal leaves the difference undivided.
 *
 * @throws RangeError for an option out of range; the estimator throws it for a malformed batch.
 * @example
 * // Trajectory rewards 1, 0, .35, one turn each.
 * grpo()(batch).values; // [1.083860, -0.886795, -0.197065]
 * grpo({ std: 'none' })(batch).values; // [0.55, -0.45, -0.1]
 * grpo.nemo()(batch).values; // [3.333490, -1.468603, -0.212132]
 */
export const grpo: typeof groupRelative & GrpoPresets = /* @__PURE__ */ Object.assign(
  groupRelative,
  Object.fromEntries(
    Object.entries(grpoPresets).map(([name, preset]) => [
      name,
      (options: GrpoOptions = {}) => groupRelative({ ...preset, ...options }),
    ]),
  ) as GrpoPresets,
);

/** Index of the only element that takes part, -1 if there is none or more than one. */
function onlyMember(weights: Float64Array, from: number, to: number): number {
  const own = weights.subarray(from, to);
  const first = own.findIndex((weight) => weight !== 0);
  return first >= 0 && own.lastIndexOf(own[first] as number) === first ? from + first : -1;
}
