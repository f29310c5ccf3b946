import type { TurnRewardBatch } from '@turnwise/advantages';
import type { AdvantagesJob } from './jobs.js';

/**
 * The batch of a job. Rewards and values come from a formula that the peer has too (`advantages.py`): whole numbers
 * below 2^31, so that both sides have the same to the last digit.
 */
export function turnBatch({
  trajectories,
  groupSize,
  turns,
  actionTokens,
  observationTokens,
  estimator,
}: AdvantagesJob): TurnRewardBatch {
  const all = trajectories * turns;
  const batch = {
    rewards: Float64Array.from({ length: all }, (_, turn) => pseudoRandom(turn)),
    trajectorySplits: evenSplits(trajectories, turns),
    groupSplits: evenSplits(trajectories / groupSize, groupSize),
    outcomes: new Float64Array(trajectories),
    included: new Uint8Array(trajectories).fill(1),
    actionTokenSplits: evenSplits(all, actionTokens),
    observationTokens: new Int32Array(all).fill(observationTokens),
  };
  if (estimator !== 'gae') return batch;
  return { ...batch, values: Float64Array.from({ length: all * actionTokens }, (_, token) => pseudoRandom(token)) };
}

/** In [0, 1), in steps of 1/1024, which float32 holds exactly. */
export function pseudoRandom(index: number): number {
  return ((index * 7919 + 13) % 1024) / 1024;
}

function evenSplits(rows: number, length: number): Int32Array {
  return Int32Array.from({ length: rows + 1 }, (_, row) => row * length);
}
