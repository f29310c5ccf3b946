import type { AdvantageEstimator } from './advantage-estimator.js';
import { checkEpsilon, checkShare } from './check-option.js';
import { shifted } from './credit.js';
import { participants } from './statistic-sets.js';
import { tokenGae } from './token-gae.js';
import { tokenLayout } from './token-layout.js';
import { checkLength, checkTurnRewardBatch, requireField, type TurnRewardBatch } from './turn-reward-batch.js';
import { whiten as whitened } from './whiten.js';

/** Options of `biLevelGae`. */
export interface BiLevelGaeOptions {
  /** Per turn, in [0, 1]. */
  readonly turnDiscount?: number;
  /** Per token of a turn, in [0, 1]. */
  readonly tokenDiscount?: number;
  /** In [0, 1], for both levels. */
  readonly lambda?: number;
  readonly whiten?: boolean;
  /** Added to the standard deviation. */
  readonly epsilon?: number;
}

/**
 * Bi-level advantage estimation, arXiv 2510.16907 and the code of RAGEN: first over turns, with the value of each turn's
 * last token; the return of the turn that this gives is then the reward of that token, and estimation runs over the
 * tokens inside the turn.
 *
 *     delta[j] = r[j] + turnDiscount * V[j + 1] - V[j]        A[j] = delta[j] + turnDiscount * lambda * A[j + 1]
 *     r'[last token of j] = A[j] + V[j]                       else 0
 *     delta[t] = r'[t] + tokenDiscount * V[t + 1] - V[t]      A[t] = delta[t] + tokenDiscount * lambda * A[t + 1]
 *
 * where `V[j]` is the value of the last token of turn `j`, and inside a turn value and advantage after its last token
 * are 0. Turn ends come from `actionTokenSplits`. (RAGEN's code takes every token with a reward that is not 0 for the
 * end of a turn, so a turn that earns nothing melts into the next one.)
 *
 * Needs `actionTokenSplits` and `values`, one per action token. A turn without action tokens is passed over, its reward
 * added to the turn before. Edge cases: as `gae`.
 *
 * @returns level `'token'`.
 * @throws RangeError for an option out of range; the estimator throws it for a malformed or incomplete batch.
 */
export function biLevelGae({
  turnDiscount = 0.95,
  tokenDiscount = 1,
  lambda = 1,
  whiten = true,
  epsilon = 1e-6,
}: BiLevelGaeOptions = {}): AdvantageEstimator {
  for (const [name, value] of Object.entries({ turnDiscount, tokenDiscount, lambda })) checkShare(name, value);
  checkEpsilon(epsilon);
  return (batch) => {
    checkTurnRewardBatch(batch);
    const layout = tokenLayout(batch, participants(batch, 'none'), { reader: 'biLevelGae', observations: false });
    const values = requireField(batch, 'values', 'biLevelGae');
    checkLength('values', values.length, layout.rewards.length);
    const ends = turnEnds(batch);
    const pick = (from: Float64Array) => Float64Array.from(ends.tokens, (t) => from[t] as number);
    const endValues = pick(values);
    const turns = { rewards: pick(layout.rewards), actionMask: ones(endValues.length), splits: ends.splits };
    const byTurn = tokenGae(turns, endValues, { discount: turnDiscount, lambda });
    const rewards = new Float64Array(layout.rewards.length);
    ends.tokens.forEach((t, j) => {
      rewards[t] = (byTurn[j] as number) + (endValues[j] as number);
    });
    const inside = {
      rewards,
      actionMask: layout.actionMask,
      splits: Int32Array.from([0, ...ends.tokens.map((t) => t + 1)]),
    };
    const advantages = tokenGae(inside, values, { discount: tokenDiscount, lambda });
    const result = whitened(advantages, layout.weights, { whiten, epsilon });
    return { level: 'token', values: result.values, credit: shifted(result.credit, (t) => values[t] as number) };
  };
}

/** The last action token of every turn that has one, and row offsets of trajectories over these turns. */
function turnEnds({ actionTokenSplits, trajectorySplits }: TurnRewardBatch): { tokens: number[]; splits: Int32Array } {
  const splits = actionTokenSplits as Int32Array;
  const tokens: number[] = [];
  const offsets = new Int32Array(trajectorySplits.length);
  for (let i = 0; i + 1 < trajectorySplits.length; i++) {
    for (let turn = trajectorySplits[i] as number; turn < (trajectorySplits[i + 1] as number); turn++) {
      const end = splits[turn + 1] as number;
      if (end > (splits[turn] as number)) tokens.push(end - 1);
    }
    offsets[i + 1] = tokens.length;
  }
  return { tokens, splits: offsets };
}

function ones(length: number): Uint8Array {
  return new Uint8Array(length).fill(1);
}
