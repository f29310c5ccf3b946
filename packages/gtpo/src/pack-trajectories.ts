import type { Advantages } from '@turnwise/advantages';
import type { Trajectory, TrajectoryGroup } from '@turnwise/trajectory';
import type { PolicyBatch } from './policy-batch.js';

/** Options of `packTrajectories`. */
export interface PackOptions {
  /** The temperature that the trajectories were sampled at, above 0. */
  readonly temperature: number;
  /** `[trajectories]`, of the `TurnRewardBatch`: what left its group is not packed. `'all'` packs everything. */
  readonly included: Uint8Array | 'all';
  /** Longest row that the learner takes. */
  readonly maxTokens?: number;
}

interface Row {
  readonly trajectory: Trajectory;
  readonly group: number;
  /** Index of its first turn among all turns of the batch, and of its first action token among all of those. */
  readonly first: { readonly turn: number; readonly token: number };
  readonly length: number;
}

/**
 * Packs trajectories for the learner: one row each, prompt, then action and observation of every turn, padded on the
 * right to the longest row. This is the one place where the action mask is set: 1 on the tokens that the policy
 * sampled, never on the prompt, on an observation or on padding. Every token of a turn gets the advantage of the turn,
 * or its own if the advantages are those of tokens.
 *
 * Excluded trajectories, and those without any action token, get no row; trajectories that were truncated or filled
 * their context are kept. Rows stand in the order of the groups; no row at all gives a batch of 0 sequences.
 *
 * @param advantages of every turn (or action token) of every trajectory, excluded ones too, in the order of the groups.
 * @throws RangeError when lengths do not fit, an action lacks log-probabilities, a number is not finite, a token id is
 *   not a whole number of at least 0, or a row is longer than `maxTokens` (a row is never cut).
 */
export function packTrajectories(
  groups: readonly TrajectoryGroup[],
  advantages: Advantages,
  { temperature, included, maxTokens = Number.POSITIVE_INFINITY }: PackOptions,
): PolicyBatch {
  if (!(temperature > 0 && Number.isFinite(temperature))) {
    throw new RangeError(`temperature: must be finite and above 0, got ${temperature}`);
  }
  const rows = packableRows(groups, advantages, included);
  const tokens = rows.reduce((most, { length }) => Math.max(most, length), 0);
  if (tokens > maxTokens) throw new RangeError(`maxTokens: rows must fit ${maxTokens} tokens, got one of ${tokens}`);
  const size = rows.length * tokens;
  const batch = {
    sequences: rows.length,
    tokens,
    tokenIds: new Int32Array(size),
    sequenceLengths: Int32Array.from(rows, ({ length }) => length),
    actionMask: new Uint8Array(size),
    advantages: new Float32Array(size),
    behaviourLogprobs: new Float32Array(size),
    turnIndices: new Int32Array(size).fill(-1),
    groupIndices: Int32Array.from(rows, ({ group }) => group),
    temperature,
  };
  rows.forEach((row, i) => {
    writeRow(batch, row, i * tokens, advantages);
  });
  return batch;
}

function packableRows(
  groups: readonly TrajectoryGroup[],
  { level, values }: Advantages,
  included: Uint8Array | 'all',
): Row[] {
  const rows: Row[] = [];
  let trajectories = 0;
  const first = { turn: 0, token: 0 };
  groups.forEach((group, g) => {
    for (const trajectory of group.trajectories) {
      const kept = included === 'all' || included[trajectories] === 1;
      const acts = trajectory.turns.some(({ action }) => action.tokenIds.length > 0);
      if (kept && acts) rows.push({ trajectory, group: g, first: { ...first }, length: lengthOf(trajectory) });
      trajectories += 1;
      first.turn += trajectory.turns.length;
      first.token += trajectory.turns.reduce((sum, { action }) => sum + action.tokenIds.length, 0);
    }
  });
  if (included !== 'all' && included.length !== trajectories) {
    throw new RangeError(`included: must hold one entry per trajectory, ${trajectories}, got ${included.length}`);
  }
  if (values.length !== first[level]) {
    const unit = level === 'turn' ? 'turn' : 'action token';
    throw new RangeError(`advantages: must hold one value per ${unit}, ${first[level]}, got ${values.length}`);
  }
  return rows;
}

function lengthOf({ promptTokenIds, turns }: Trajectory): number {
  return turns.reduce(
    (sum, { action, observation }) => sum + action.tokenIds.length + (observation?.tokenIds.length ?? 0),
    promptTokenIds.length,
  );
}

function writeRow(batch: PolicyBatch, { trajectory, first }: Row, start: number, { level, values }: Advantages): void {
  let at = writeTokens(batch.tokenIds, start, trajectory.promptTokenIds);
  let token = first.token;
  trajectory.turns.forEach(({ action, observation }, turn) => {
    const { tokenIds, behaviourLogprobs } = action;
    if (behaviourLogprobs.length !== tokenIds.length) {
      throw new RangeError(
        `behaviourLogprobs: must hold one value per token of turn ${turn} of task ${trajectory.taskId}, ${tokenIds.length}, got ${behaviourLogprobs.length}`,
      );
    }
    const end = writeTokens(batch.tokenIds, at, tokenIds);
    batch.actionMask.fill(1, at, end);
    batch.turnIndices.fill(turn, at, end);
    for (let t = at; t < end; t++, token++) {
      batch.advantages[t] = finite('advantages', values[level === 'turn' ? first.turn + turn : token] as number);
    }
    behaviourLogprobs.forEach((value, k) => {
      batch.behaviourLogprobs[at + k] = finite('behaviourLogprobs', value);
    });
    at = writeTokens(batch.tokenIds, end, observation?.tokenIds ?? []);
  });
}

/** Writes the ids and returns where the next ones go. */
function writeTokens(target: Int32Array, at: number, tokenIds: readonly number[]): number {
  tokenIds.forEach((id, k) => {
    if (!(Number.isInteger(id) && id >= 0 && id <= 0x7fffffff)) {
      throw new RangeError(`tokenIds: must be whole numbers from 0 to 2147483647, got ${id}`);
    }
    target[at + k] = id;
  });
  return at + tokenIds.length;
}

function finite(name: string, value: number): number {
  if (!Number.isFinite(value)) throw new RangeError(`${name}: must be finite, got ${value}`);
  return value;
}
