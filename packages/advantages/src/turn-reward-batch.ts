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
  return batch;
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

function checkLength(name: string, length: number, expected: number): void {
  if (length !== expected) throw new RangeError(`${name}: must hold ${expected} values, got ${length}`);
}

function checkFinite(name: string, values: ArrayLike<number>): void {
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) throw new RangeError(`${name}: must be finite, got ${values[i]} at ${i}`);
  }
}
