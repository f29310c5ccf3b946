import type { Task } from '@turnwise/trajectory';
import { onLastTurn } from './on-last-turn.js';
import type { RewardPart } from './reward-part.js';
import { type ScoredGroup, scoreGroup } from './scored-group.js';
import { type RewardFunction, type Tally, turnRewards } from './turn-rewards.js';
import type { Verifier } from './verifier.js';

/** Options of `composeReward`. */
export interface ComposeRewardOptions<T extends Task> {
  readonly verifier: Verifier<T>;
  /** Added up; each stays visible under its name. */
  readonly parts: Readonly<Record<string, RewardPart<T>>>;
  /** `'off'` moves everything to the last turn, summed: one reward per trajectory. */
  readonly turnReward?: 'on' | 'off';
  /** Passed to the verifier. */
  readonly signal?: AbortSignal;
}

/**
 * A reward that judges a group and adds named parts. Excluded trajectories get 0 from every part, and
 * `included` says that this 0 is no score.
 *
 * @throws RangeError for an unknown `turnReward`; the reward throws it for a part of the wrong length.
 * @example
 * const reward = composeReward({ verifier, parts: { accuracy: accuracyPart(), format: formatPart() } });
 */
export function composeReward<T extends Task>({
  verifier,
  parts,
  turnReward = 'on',
  signal,
}: ComposeRewardOptions<T>): RewardFunction<T> {
  if (turnReward !== 'on' && turnReward !== 'off') {
    throw new RangeError(`turnReward: must be 'on' or 'off', got ${turnReward}`);
  }
  return async (group) => {
    const scored = await scoreGroup(group, verifier, signal);
    const values: Record<string, Float64Array> = {};
    let metrics: Record<string, Tally> = {};
    for (const [name, part] of Object.entries(parts)) {
      const result = await part(scored);
      const masked = maskExcluded(result.values, scored);
      values[name] = turnReward === 'on' ? masked : onLastTurn(masked, scored.turnSplits);
      metrics = { ...metrics, ...result.metrics };
    }
    return turnRewards(group, { parts: values, outcomes: scored.outcomes, exclusions: scored.exclusions, metrics });
  };
}

function maskExcluded(values: Float64Array, { turnSplits, included }: ScoredGroup): Float64Array {
  const masked = values.slice();
  included.forEach((kept, i) => {
    if (kept === 0) masked.fill(0, turnSplits[i], turnSplits[i + 1]);
  });
  return masked;
}
