import type { TurnRewardBatch } from '../src/turn-reward-batch.js';

/** A trajectory written down for a test. */
export interface Written {
  readonly rewards: readonly number[];
  readonly outcome?: number;
  readonly included?: 0 | 1;
  /** One per turn, by default its index. */
  readonly states?: readonly string[];
  /** Action tokens of each turn, by default 1. */
  readonly tokens?: readonly number[];
  /** Tokens of the environment after each turn, by default 1. */
  readonly observed?: readonly number[];
  /** Of a critic, per turn. */
  readonly values?: readonly number[];
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

/** The same with all optional fields; `values` are per turn, or per action token (each token of a turn has its turn's). */
export function fullBatchOf(
  groups: readonly (readonly (Written | readonly number[])[])[],
  values: 'turn' | 'token' = 'turn',
): TurnRewardBatch {
  const written: Written[] = groups.flat().map((own) => ('rewards' in own ? own : { rewards: own }));
  const turns = written.flatMap((own) =>
    own.rewards.map((reward, k) => ({
      reward,
      state: own.states?.[k] ?? `${k}`,
      tokens: own.tokens?.[k] ?? 1,
      observed: own.observed?.[k] ?? 1,
      value: own.values?.[k] ?? 0,
    })),
  );
  return {
    ...batchOf(groups),
    parts: { reward: Float64Array.from(turns, ({ reward }) => reward) },
    stateKeys: turns.map(({ state }) => state),
    actionTokenSplits: splits(turns.map(({ tokens }) => tokens)),
    observationTokens: Int32Array.from(turns, ({ observed }) => observed),
    values: Float64Array.from(
      turns.flatMap(({ value, tokens }) => (values === 'turn' ? [value] : Array.from({ length: tokens }, () => value))),
    ),
  };
}

function splits(lengths: readonly number[]): Int32Array {
  const offsets = [0];
  for (const length of lengths) offsets.push((offsets.at(-1) as number) + length);
  return Int32Array.from(offsets);
}
