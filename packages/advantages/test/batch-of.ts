import type { TurnRewardBatch } from '../src/turn-reward-batch.js';

/** A trajectory written down for a test. */
export interface Written {
  readonly rewards: readonly number[];
  readonly outcome?: number;
  readonly included?: 0 | 1;
}

/** A batch from groups of trajectories; a trajectory may be given as its turn rewards alone. */
export function batchOf(groups: readonly (readonly (Written | readonly number[])[])[]): TurnRewardBatch {
  const written: Written[] = groups.flat().map((own) => ('rewards' in own ? own : { rewards: own }));
  return {
    rewards: Float64Array.from(written.flatMap(({ rewards }) => rewards)),
    trajectorySplits: splits(written.map(({ rewards }) => rewards.length)),
    groupSplits: splits(groups.map(({ length }) => length)),
    outcomes: Float64Array.from(written, ({ outcome = 0 }) => outcome),
    included: Uint8Array.from(written, ({ included = 1 }) => included),
  };
}

function splits(lengths: readonly number[]): Int32Array {
  const offsets = [0];
  for (const length of lengths) offsets.push((offsets.at(-1) as number) + length);
  return Int32Array.from(offsets);
}
