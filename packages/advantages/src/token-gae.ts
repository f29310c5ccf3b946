import { checkChoice, checkShare } from './check-option.js';
import type { TokenRewards } from './token-returns.js';
import { checkLength, checkSplits } from './turn-reward-batch.js';

/** Options of `tokenGae`. */
export interface TokenGaeOptions {
  /** Per token, in [0, 1]. */
  readonly discount: number;
  /** In [0, 1]; 1 gives the return less the value, 0 the error of one step. */
  readonly lambda: number;
  /**
   * `'skip'`: the next token is the next action token; a tool token has the advantage of the action token after it
   * (verl). `'count'`: the next token is the next one of the sequence, tool tokens too (SkyRL, slime).
   */
  readonly toolTokens?: 'skip' | 'count';
}

/**
 * Generalized advantage estimation over tokens, arXiv 1506.02438, Eq. 16, with the values `V` of a critic:
 *
 *     delta[t] = r[t] + discount * V[t + 1] - V[t]
 *     A[t]     = delta[t] + discount * lambda * A[t + 1]
 *
 * After the last token of a sequence, value and advantage are 0. With `'skip'`, a reward on a tool token is lost.
 *
 * @param values `[tokens]`, the critic's.
 * @returns `[tokens]`, a new array, not whitened; tool tokens have a number, which no loss may use.
 * @throws RangeError for an option out of range or lengths that do not fit.
 */
export function tokenGae(
  { rewards, actionMask, splits }: TokenRewards,
  values: ArrayLike<number>,
  { discount, lambda, toolTokens = 'skip' }: TokenGaeOptions,
): Float64Array {
  checkShare('discount', discount);
  checkShare('lambda', lambda);
  checkChoice('toolTokens', toolTokens, ['skip', 'count']);
  checkSplits('splits', splits, rewards.length);
  checkLength('actionMask', actionMask.length, rewards.length);
  checkLength('values', values.length, rewards.length);
  const advantages = new Float64Array(rewards.length);
  for (let i = 0; i + 1 < splits.length; i++) {
    let nextValue = 0;
    let next = 0;
    for (let t = (splits[i + 1] as number) - 1; t >= (splits[i] as number); t--) {
      if (toolTokens === 'count' || actionMask[t] === 1) {
        const value = values[t] as number;
        next = (rewards[t] as number) + discount * nextValue - value + discount * lambda * next;
        nextValue = value;
      }
      advantages[t] = next;
    }
  }
  return advantages;
}
