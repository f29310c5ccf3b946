import { requireField, type TurnRewardBatch } from './turn-reward-batch.js';

/**
 * Numbers the sets "turn index `k` of group `g`", for every turn: the first turns of a group are one set, the second
 * ones another.
 *
 * @returns `[turns]`, whole numbers from 0.
 */
export function turnIndexSets({ rewards, trajectorySplits, groupSplits }: TurnRewardBatch): Int32Array {
  const sets = new Int32Array(rewards.length);
  let first = 0;
  for (let g = 0; g + 1 < groupSplits.length; g++) {
    let longest = 0;
    for (let i = groupSplits[g] as number; i < (groupSplits[g + 1] as number); i++) {
      const from = trajectorySplits[i] as number;
      const turns = (trajectorySplits[i + 1] as number) - from;
      for (let k = 0; k < turns; k++) sets[from + k] = first + k;
      longest = Math.max(longest, turns);
    }
    first += longest;
  }
  return sets;
}

/**
 * Numbers the sets "turns of group `g` at the same state", for every turn.
 *
 * @returns `[turns]`, whole numbers from 0.
 * @throws RangeError for a batch without `stateKeys`.
 */
export function anchorStateSets(batch: TurnRewardBatch, reader: string): Int32Array {
  const { trajectorySplits, groupSplits, rewards } = batch;
  const stateKeys = requireField(batch, 'stateKeys', reader);
  const sets = new Int32Array(rewards.length);
  let count = 0;
  for (let g = 0; g + 1 < groupSplits.length; g++) {
    const numbers = new Map<string, number>();
    const to = trajectorySplits[groupSplits[g + 1] as number] as number;
    for (let turn = trajectorySplits[groupSplits[g] as number] as number; turn < to; turn++) {
      const key = stateKeys[turn] as string;
      if (!numbers.has(key)) numbers.set(key, count++);
      sets[turn] = numbers.get(key) as number;
    }
  }
  return sets;
}
