import type { TurnRewardBatch } from './turn-reward-batch.js';

/** `[turns]`, 1 on the last turn of each trajectory, else 0. */
export function lastTurns({ rewards, trajectorySplits }: TurnRewardBatch): Uint8Array {
  const last = new Uint8Array(rewards.length);
  // A trajectory without turns ends where the one before it does; before the first turn nothing is written.
  for (const end of trajectorySplits) last[end - 1] = 1;
  return last;
}
