import type { TokenRewards } from './token-returns.js';
import { requireField, type TurnRewardBatch } from './turn-reward-batch.js';

/** A batch laid out in tokens: action tokens of each turn, then what the environment wrote back. */
export interface TokenLayout extends TokenRewards {
  readonly rewards: Float64Array;
  readonly actionMask: Uint8Array;
  /** `[action tokens]`, where each stands among all tokens; `null`: there are no others. */
  readonly places: Int32Array | null;
  /** `[action tokens]`, 1 for a token of a trajectory that takes part. */
  readonly weights: Float64Array;
}

/**
 * Lays a batch out in tokens. The reward of a turn lies on its last action token; a turn without action tokens hands
 * its reward to the turn before, and is lost if there is none.
 *
 * @param takesPart `[trajectories]`, 1 or 0.
 * @param observations whether to lay out the tokens of the environment; then `observationTokens` must be given.
 * @throws RangeError for a batch that lacks what is needed.
 */
export function tokenLayout(
  batch: TurnRewardBatch,
  takesPart: Uint8Array,
  { reader, observations }: { readonly reader: string; readonly observations: boolean },
): TokenLayout {
  const actions = requireField(batch, 'actionTokenSplits', reader);
  const written = observations ? requireField(batch, 'observationTokens', reader) : new Int32Array(actions.length - 1);
  const { trajectorySplits } = batch;
  const tokens = actions[actions.length - 1] as number;
  const total = tokens + written.reduce((sum, count) => sum + count, 0);
  const layout = {
    rewards: new Float64Array(total),
    actionMask: new Uint8Array(total),
    splits: new Int32Array(trajectorySplits.length),
    places: observations ? new Int32Array(tokens) : null,
    weights: new Float64Array(tokens),
  };
  let at = 0;
  for (let i = 0; i + 1 < trajectorySplits.length; i++) {
    const start = at;
    let last = -1;
    for (let turn = trajectorySplits[i] as number; turn < (trajectorySplits[i + 1] as number); turn++) {
      const [from, to] = [actions[turn] as number, actions[turn + 1] as number];
      if (layout.places !== null) for (let k = from; k < to; k++) layout.places[k] = at + k - from;
      layout.weights.fill(takesPart[i] as number, from, to);
      layout.actionMask.fill(1, at, at + to - from);
      at += to - from;
      if (to > from) last = at - 1;
      if (last >= start) layout.rewards[last] = (layout.rewards[last] as number) + (batch.rewards[turn] as number);
      at += written[turn] as number;
    }
    layout.splits[i + 1] = at;
  }
  return layout;
}

/** What stands on the action tokens, of one number per token. */
export function onActionTokens(values: Float64Array, { places }: TokenLayout): Float64Array {
  if (places === null) return values;
  const own = new Float64Array(places.length);
  for (let k = 0; k < own.length; k++) own[k] = values[places[k] as number] as number;
  return own;
}
