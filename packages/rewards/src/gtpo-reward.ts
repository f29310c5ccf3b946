import type { Task } from '@turnwise/trajectory';
import { accuracyPart } from './accuracy-part.js';
import { composeReward } from './compose-reward.js';
import { formatPart } from './format-part.js';
import type { FormatPenaltyOptions } from './format-penalty.js';
import { type ShapingOptions, shapingPart } from './shaping-part.js';
import type { RewardFunction } from './turn-rewards.js';
import type { Verifier } from './verifier.js';

/** Options of `gtpoReward`. */
export interface GtpoRewardOptions<T extends Task> extends FormatPenaltyOptions {
  readonly verifier: Verifier<T>;
  /** Self-supervised shaping of failures, or `'off'`. */
  readonly shaping: ShapingOptions<T> | 'off';
  /** `'off'` moves everything to the last turn, summed. */
  readonly turnReward?: 'on' | 'off';
  readonly signal?: AbortSignal;
}

/**
 * The turn reward of GTPO, arXiv 2511.14846, Eq. 5 with Section 3.4: accuracy on the last turn, a format penalty on
 * every turn that breaks the format rule, and on the last turn of failures what shaping gives. Parts `accuracy`,
 * `format` and, unless it is off, `shaping`.
 *
 * @example
 * const reward = gtpoReward({ verifier: exactMatch({ expected }), shaping: { definitions } });
 */
export function gtpoReward<T extends Task>({
  verifier,
  shaping,
  turnReward = 'on',
  signal,
  ...format
}: GtpoRewardOptions<T>): RewardFunction<T> {
  return composeReward<T>({
    verifier,
    turnReward,
    ...(signal && { signal }),
    parts: {
      accuracy: accuracyPart(),
      format: formatPart(format),
      ...(shaping !== 'off' && { shaping: shapingPart(shaping) }),
    },
  });
}
