import type { TurnRewards } from '@turnwise/rewards';
import type { TrajectoryGroup } from '@turnwise/trajectory';
import { described, finiteValues, isRecord } from './finite-values.js';
import { loadModule } from './load-module.js';

/** What the task's own verifier found in a group, for a user's reward to build on. */
export interface Judgement {
  /** `[trajectories + 1]` row offsets over the turns of the group. */
  readonly turnSplits: Int32Array;
  /** `[trajectories]`, 1 for a correct final answer, else 0. */
  readonly outcomes: Float64Array;
  readonly exclusions: TurnRewards['exclusions'];
}

/** What a user's reward gives back. */
export interface ModuleRewards {
  /** By name, one finite number per turn of the group, trajectory after trajectory. */
  readonly parts: Readonly<Record<string, ArrayLike<number>>>;
  /** One per trajectory; the verifier's unless given. */
  readonly outcomes?: ArrayLike<number>;
}

/** The function that a reward module exports. */
export type RewardModule = (group: TrajectoryGroup, judgement: Judgement) => ModuleRewards | Promise<ModuleRewards>;

/** A reward module once it is loaded: what it gives back is checked and complete. */
export type JudgedReward = (group: TrajectoryGroup, judgement: Judgement) => Promise<TurnRewards>;

export interface LoadedReward {
  /** The file it came from, an input of the run. */
  readonly path: string;
  readonly reward: JudgedReward;
}

/**
 * A user's reward, a `RewardModule`. The reward of a turn is the sum of its parts; the turns of excluded trajectories get
 * 0. What it returns is checked at every call; an error names the module and the task.
 */
export async function loadReward(specifier: string, cwd: string): Promise<LoadedReward> {
  const { path, run } = await loadModule(specifier, 'reward', cwd);
  const call = run as (group: TrajectoryGroup, judgement: Judgement) => unknown;
  return {
    path,
    async reward(group, judgement) {
      try {
        return checked(await call(group, judgement), group, judgement);
      } catch (error) {
        throw new Error(`--reward ${path}: task ${group.task.id}: ${(error as Error).message}`, { cause: error });
      }
    },
  };
}

function checked(result: unknown, group: TrajectoryGroup, judgement: Judgement): TurnRewards {
  if (!isRecord(result) || !isRecord(result['parts'])) {
    throw new RangeError(`result: must be { parts: { name: one number per turn } }, got ${described(result)}`);
  }
  const turns = judgement.turnSplits.at(-1) ?? 0;
  const parts = Object.entries(result['parts']).map(([name, values]): [string, Float64Array] => [
    name,
    withoutExcluded(finiteValues(values, `parts.${name}`, turns), judgement),
  ]);
  if (parts.length === 0) throw new RangeError('parts: must hold at least one part, got none');
  const trajectories = group.trajectories.length;
  const outcomes =
    result['outcomes'] === undefined ? judgement.outcomes : finiteValues(result['outcomes'], 'outcomes', trajectories);
  return {
    parts: Object.fromEntries(parts),
    total: sumOf(parts, turns),
    outcomes,
    included: includedOf(trajectories, judgement),
    exclusions: judgement.exclusions,
    metrics: {},
  };
}

/** What the module gave to a trajectory that is not scored counts nowhere. The values are our own copy. */
function withoutExcluded(values: Float64Array, { exclusions, turnSplits }: Judgement): Float64Array {
  for (const { trajectory } of exclusions) values.fill(0, turnSplits[trajectory], turnSplits[trajectory + 1]);
  return values;
}

function sumOf(parts: readonly (readonly [string, Float64Array])[], turns: number): Float64Array {
  const total = new Float64Array(turns);
  for (const [, values] of parts) {
    values.forEach((value, turn) => {
      total[turn] = (total[turn] as number) + value;
    });
  }
  return total;
}

function includedOf(trajectories: number, { exclusions }: Judgement): Uint8Array {
  const included = new Uint8Array(trajectories).fill(1);
  for (const { trajectory } of exclusions) included[trajectory] = 0;
  return included;
}
