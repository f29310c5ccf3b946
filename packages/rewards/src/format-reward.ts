import type { Task } from '@turnwise/trajectory';
import { composeReward } from './compose-reward.js';
import { formatPart } from './format-part.js';
import type { FormatPenaltyOptions } from './format-penalty.js';
import type { RewardFunction } from './turn-rewards.js';
import type { Verifier } from './verifier.js';

/** Options of `formatReward`. */
export interface FormatRewardOptions<T extends Task> extends FormatPenaltyOptions {
  readonly verifier: Verifier<T>;
  readonly turnReward?: 'on' | 'off';
  readonly signal?: AbortSignal;
}

/**
 * A control: only the format penalty of GTPO, so that a run shows how much of a gain is format. The verifier still
 * judges, for the outcomes; they earn nothing.
 */
export function formatReward<T extends Task>({
  verifier,
  turnReward = 'on',
  signal,
  ...format
}: FormatRewardOptions<T>): RewardFunction<T> {
  return composeReward<T>({
    verifier,
    turnReward,
    ...(signal && { signal }),
    parts: { format: formatPart(format) },
  });
}
