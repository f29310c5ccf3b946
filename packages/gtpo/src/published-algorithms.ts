import {
  type AdvantageEstimator,
  type GigpoOptions,
  gigpo as gigpoAdvantages,
  grpo as grpoAdvantages,
  type MtGrpoOptions,
  mtGrpo as mtGrpoAdvantages,
  type ReinforcePlusPlusOptions,
  reinforcePlusPlus as reinforcePlusPlusAdvantages,
  rloo as rlooAdvantages,
  type TurnGaeOptions,
  turnGae,
} from '@turnwise/advantages';
import type { RewardFunction } from '@turnwise/rewards';
import type { Task } from '@turnwise/trajectory';
import { type CispoLossOptions, cispoLoss } from './cispo-loss.js';
import { type ClippedSurrogateOptions, clippedSurrogate } from './clipped-surrogate.js';
import { type GspoLossOptions, gspoLoss } from './gspo-loss.js';
import { luspoLoss } from './luspo-loss.js';
import type { PolicyAlgorithm } from './policy-algorithm.js';
import type { PolicyLoss } from './policy-loss.js';
import { type VespoLossOptions, vespoLoss } from './vespo-loss.js';

/** Published algorithms do not say what is rewarded; the caller does. */
export interface Rewarded<T extends Task> {
  readonly reward: RewardFunction<T>;
}

function compose<T extends Task>(
  name: string,
  { reward }: Rewarded<T>,
  advantages: AdvantageEstimator,
  loss: PolicyLoss,
): PolicyAlgorithm<T> {
  return { name, reward, advantages, loss };
}

/**
 * Dr. GRPO, arXiv 2503.20783: no division by the standard deviation, none by the length of a trajectory. `maxTokens` is
 * the most action tokens a trajectory can have; every token weighs the same, whatever its trajectory's length.
 *
 * @throws RangeError for an option out of range.
 */
export function drGrpo<T extends Task>(
  options: Rewarded<T> & ClippedSurrogateOptions & { readonly maxTokens: number },
): PolicyAlgorithm<T> {
  const aggregation = { kind: 'sequence-mean-token-sum-norm', constant: options.maxTokens } as const;
  return compose('dr-grpo', options, grpoAdvantages.drGrpo(), clippedSurrogate({ aggregation, ...options }));
}

/** RLOO, arXiv 2402.14740: the others of the group as the baseline; the mean over sequences of their tokens' sum. */
export function rloo<T extends Task>(options: Rewarded<T> & ClippedSurrogateOptions): PolicyAlgorithm<T> {
  const aggregation = { kind: 'sequence-mean-token-sum' } as const;
  return compose('rloo', options, rlooAdvantages(), clippedSurrogate({ aggregation, ...options }));
}

/**
 * DAPO, arXiv 2503.14476: GRPO with clip-higher (.28) and the mean over all tokens. Its dynamic sampling is
 * `keepMixedOutcomes`, its overlong punishment `overlongPenalty`, both of `@turnwise/advantages`.
 */
export function dapo<T extends Task>(options: Rewarded<T> & ClippedSurrogateOptions): PolicyAlgorithm<T> {
  return compose('dapo', options, grpoAdvantages(), clippedSurrogate({ clipHigh: 0.28, ...options }));
}

/** GSPO, arXiv 2507.18071: GRPO's advantages, the ratio of whole sequences. */
export function gspo<T extends Task>(options: Rewarded<T> & GspoLossOptions): PolicyAlgorithm<T> {
  return compose('gspo', options, grpoAdvantages(), gspoLoss(options));
}

/** LUSPO, arXiv 2602.05261: GSPO, with every sequence weighed by its length. */
export function luspo<T extends Task>(options: Rewarded<T> & GspoLossOptions): PolicyAlgorithm<T> {
  return compose('luspo', options, grpoAdvantages(), luspoLoss(options));
}

/** VESPO, arXiv 2602.10693: GRPO's advantages, the ratio of whole sequences reshaped by a kernel that is held fixed. */
export function vespo<T extends Task>(options: Rewarded<T> & VespoLossOptions): PolicyAlgorithm<T> {
  return compose('vespo', options, grpoAdvantages(), vespoLoss(options));
}

/** CISPO, arXiv 2506.13585: GRPO's advantages, a clipped ratio that is held fixed. */
export function cispo<T extends Task>(options: Rewarded<T> & CispoLossOptions): PolicyAlgorithm<T> {
  return compose('cispo', options, grpoAdvantages(), cispoLoss(options));
}

/** REINFORCE++, arXiv 2501.03262: returns of tokens, whitened over the batch; no group. */
export function reinforcePlusPlus<T extends Task>(
  options: Rewarded<T> & ReinforcePlusPlusOptions & ClippedSurrogateOptions,
): PolicyAlgorithm<T> {
  return compose('reinforce-plus-plus', options, reinforcePlusPlusAdvantages(options), clippedSurrogate(options));
}

/** GiGPO, arXiv 2505.10978: trajectories of a group, and its turns at the same state. Needs state keys. */
export function gigpo<T extends Task>(
  options: Rewarded<T> & GigpoOptions & ClippedSurrogateOptions,
): PolicyAlgorithm<T> {
  return compose('gigpo', options, gigpoAdvantages(options), clippedSurrogate(options));
}

/** MT-GRPO, arXiv 2505.11821: rewards of turns at the same index, and the outcome. Biased where lengths differ. */
export function mtGrpo<T extends Task>(
  options: Rewarded<T> & MtGrpoOptions & ClippedSurrogateOptions,
): PolicyAlgorithm<T> {
  return compose('mt-grpo', options, mtGrpoAdvantages(options), clippedSurrogate(options));
}

/**
 * Turn-PPO, arXiv 2512.17008: a turn is one action. Its estimator reads `values`, one per turn, which the caller's critic
 * puts into the batch: `algorithm.advantages({ ...turnRewardBatch(groups, rewards), values })`.
 */
export function turnPpo<T extends Task>(
  options: Rewarded<T> & TurnGaeOptions & ClippedSurrogateOptions,
): PolicyAlgorithm<T> {
  const loss = clippedSurrogate({ aggregation: { kind: 'turn-mean' }, ...options, ratio: 'turn' });
  return compose('turn-ppo', options, turnGae(options), loss);
}
