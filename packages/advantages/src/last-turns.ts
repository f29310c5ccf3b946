import type { TurnRewardBatch } from './turn-reward-batch.js';

/** `[turns]`, 1 on the last turn of each trajectory, else 0. */
export function lastTurns({ rewards, trajectorySplits }: TurnRewardBatch): Uint8Array {
  const last = new Uint8Array(rewards.length);
  for (let i = 0; i + 1 < trajectorySplits.length; i++) {
    const end = trajectorySplits[i + 1] as number;
    if (end > (trajectorySplits[i] as number)) last[end - 1] = 1;
  }
  return last;
}
