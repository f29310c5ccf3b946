import type { Task } from '@turnwise/trajectory';
import { composeReward } from './compose-reward.js';
import { successInFormatPart } from './success-in-format-part.js';
import type { RewardFunction } from './turn-rewards.js';
import type { Verifier } from './verifier.js';

/** Options of `grpoReward`. */
export interface GrpoRewardOptions<T extends Task> {
  readonly verifier: Verifier<T>;
  /** Counts calls that ran and failed as format errors too. */
  readonly executionErrors?: boolean;
  readonly signal?: AbortSignal;
}

/**
 * The reward of the GRPO baseline in the GTPO paper: 1 on the last turn of a trajectory that is correct and in format,
 * else 0. One part, `success-in-format`.
 */
export function grpoReward<T extends Task>({
  verifier,
  executionErrors = false,
  signal,
}: GrpoRewardOptions<T>): RewardFunction<T> {
  return composeReward<T>({
    verifier,
    ...(signal && { signal }),
    parts: { 'success-in-format': successInFormatPart({ executionErrors }) },
  });
}
