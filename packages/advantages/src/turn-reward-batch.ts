/**
 * Rewards of many turns as flat arrays with row splits: turn rewards lie trajectory after trajectory, trajectories lie
 * group after group. Splits are row offsets: the turns of trajectory `i` are `trajectorySplits[i]` up to (excluding)
 * `trajectorySplits[i + 1]`; the trajectories of group `g` are `groupSplits[g]` up to `groupSplits[g + 1]`.
 */
export interface TurnRewardBatch {
  /** `[turns]`, before discounting, finite. */
  readonly rewards: Float64Array;
  /** `[trajectories + 1]`, first 0, last `turns`, not decreasing. A trajectory without turns is allowed. */
  readonly trajectorySplits: Int32Array;
  /** `[groups + 1]`, first 0, last `trajectories`, not decreasing. A group without trajectories is allowed. */
  readonly groupSplits: Int32Array;
  /** `[trajectories]`, the raw outcome: whether (or how far) the final answer is correct, before any shaping. */
  readonly outcomes: Uint8Array | Float64Array;
  /** `[trajectories]`, 1, or 0 for a trajectory that left its group (infrastructure failure): it gets advantage 0. */
  readonly included: Uint8Array;
  /** `[turns]` each, by name: the rewards of one kind. For estimators that tell kinds apart. */
  readonly parts?: Readonly<Record<string, Float64Array>>;
  /** `[turns]`, the environment's state before the action. For estimators that compare turns at the same state. */
  readonly stateKeys?: readonly string[];
  /** `[turns]` or `[action tokens]`, as the estimator says: the values of a critic. */
  readonly values?: Float64Array;
  /** `[turns + 1]` row offsets: the action tokens of each turn. For estimators that give every token its own. */
  readonly actionTokenSplits?: Int32Array;
  /** `[turns]`, how many tokens the environment wrote back after each turn. */
  readonly observationTokens?: Int32Array;
}

/** The fields that only some estimators read. */
type OptionalField = 'parts' | 'stateKeys' | 'values' | 'actionTokenSplits' | 'observationTokens';

/**
 * An optional field of the batch, for an estimator that cannot do without it.
 *
 * @throws RangeError naming the field and who needs it.
 */
export function requireField<K extends OptionalField>(
  batch: TurnRewardBatch,
  name: K,
  reader: string,
): NonNullable<TurnRewardBatch[K]> {
  const value = batch[name];
  if (value === undefined) throw new RangeError(`${name}: must be given, since ${reader} reads it, got none`);
  return value;
}

/**
 * Checks a batch and returns it.
 *
 * @throws RangeError naming the field, the rule and the value.
 * @example
 * checkTurnRewardBatch({
 *   rewards: Float64Array.of(0, 0, 1, 0, 0),
 *   trajectorySplits: Int32Array.of(0, 3, 5),
 *   groupSplits: Int32Array.of(0, 2),
 *   outcomes: Uint8Array.of(1, 0),
 *   included: Uint8Array.of(1, 1),
 * });
 */
export function checkTurnRewardBatch(batch: TurnRewardBatch): TurnRewardBatch {
  const { rewards, trajectorySplits, groupSplits, outcomes, included } = batch;
  checkSplits('trajectorySplits', trajectorySplits, rewards.length);
  const trajectories = trajectorySplits.length - 1;
  checkSplits('groupSplits', groupSplits, trajectories);
  checkLength('outcomes', outcomes.length, trajectories);
  checkLength('included', included.length, trajectories);
  checkFinite('rewards', rewards);
  checkFinite('outcomes', outcomes);
  const odd = included.findIndex((value) => value > 1);
  if (odd >= 0) throw new RangeError(`included: must be 0 or 1, got ${included[odd]} at ${odd}`);
  checkOptionalFields(batch);
  return batch;
}

function checkOptionalFields(batch: TurnRewardBatch): void {
  const { parts, stateKeys, values, actionTokenSplits, observationTokens } = batch;
  const turns = batch.rewards.length;
  for (const [name, part] of Object.entries(parts ?? {})) {
    checkLength(`parts.${name}`, part.length, turns);
    checkFinite(`parts.${name}`, part);
  }
  if (stateKeys) checkLength('stateKeys', stateKeys.length, turns);
  if (observationTokens) checkLength('observationTokens', observationTokens.length, turns);
  const negative = observationTokens?.findIndex((count) => count < 0) ?? -1;
  if (negative >= 0) {
    throw new RangeError(`observationTokens: must be at least 0, got ${observationTokens?.[negative]} at ${negative}`);
  }
  if (actionTokenSplits) {
    checkLength('actionTokenSplits', actionTokenSplits.length, turns + 1);
    checkSplits('actionTokenSplits', actionTokenSplits, actionTokenSplits[turns] as number);
  }
  if (values) checkFinite('values', values);
}

/** Checks row offsets: at least one entry, first 0, never decreasing, last equal to the number of rows' elements. */
export function checkSplits(name: string, splits: Int32Array, total: number): void {
  if (splits.length === 0) throw new RangeError(`${name}: must hold at least the leading 0, got length 0`);
  if (splits[0] !== 0) throw new RangeError(`${name}: must start at 0, got ${splits[0]}`);
  for (let i = 1; i < splits.length; i++) {
    const previous = splits[i - 1] as number;
    const current = splits[i] as number;
    if (current < previous) throw new RangeError(`${name}: must not decrease, got ${previous} then ${current} at ${i}`);
  }
  const last = splits[splits.length - 1];
  if (last !== total) throw new RangeError(`${name}: must end at ${total}, got ${last}`);
}

/** @throws RangeError unless the length is the expected one. */
export function checkLength(name: string, length: number, expected: number): void {
  if (length !== expected) throw new RangeError(`${name}: must hold ${expected} values, got ${length}`);
}

function checkFinite(name: string, values: ArrayLike<number>): void {
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) throw new RangeError(`${name}: must be finite, got ${values[i]} at ${i}`);
  }
}
