import { checkChoice, checkShare } from './check-option.js';
import { checkLength, checkSplits } from './turn-reward-batch.js';

/**
 * Which tokens the discount of a return counts.
 *
 * - `'action-token'`: action tokens; tool tokens are skipped (verl from August 2026);
 * - `'all-token'`: tool tokens too (slime, tinker-cookbook);
 * - `'cut-at-tool'`: as `'all-token'`, but every tool token keeps the return and passes none on (SkyRL, older verl).
 *   A fault of theirs, here for comparison: the turns before a tool result learn nothing from what follows.
 */
export type TokenDiscount = 'action-token' | 'all-token' | 'cut-at-tool';

/** Sequences of tokens one after another, each with its action and tool tokens in order. */
export interface TokenRewards {
  /** `[tokens]`. */
  readonly rewards: ArrayLike<number>;
  /** `[tokens]`, 1 on tokens that the policy sampled, else 0. */
  readonly actionMask: ArrayLike<number>;
  /** `[sequences + 1]` row offsets. */
  readonly splits: Int32Array;
}

/**
 * Discounted return of every token: its reward and those of all later tokens of its sequence.
 *
 *     G[t] = r[t] + discount * G[t + 1]
 *
 * REINFORCE++ (arXiv 2501.03262) starts from these; which tokens count as `t + 1` differs between projects. With mask
 * [1,1,0,1,1,0], reward 1 on the fifth token and discount .9:
 *
 * | counting | returns |
 * |---|---|
 * | `action-token` | .729, .81, 0, .9, 1, 0 |
 * | `all-token` | .6561, .729, .81, .9, 1, 0 |
 * | `cut-at-tool` | 0, 0, .81, .9, 1, 0 |
 *
 * @returns `[tokens]`, a new array; all but `'action-token'` give tool tokens a number, which no loss may use.
 * @throws RangeError for a discount outside [0, 1], an unknown counting, or lengths that do not fit.
 */
export function tokenReturns(
  { rewards, actionMask, splits }: TokenRewards,
  { discount, counting }: { readonly discount: number; readonly counting: TokenDiscount },
): Float64Array {
  checkShare('discount', discount);
  checkTokenDiscount(counting);
  checkSplits('splits', splits, rewards.length);
  checkLength('actionMask', actionMask.length, rewards.length);
  const skips = counting === 'action-token';
  const cuts = counting === 'cut-at-tool';
  const returns = new Float64Array(rewards.length);
  for (let i = 0; i + 1 < splits.length; i++) {
    let running = 0;
    for (let t = (splits[i + 1] as number) - 1; t >= (splits[i] as number); t--) {
      const tool = actionMask[t] === 0;
      running = (rewards[t] as number) + (skips && tool ? 1 : discount) * running;
      returns[t] = skips && tool ? 0 : running;
      if (cuts && tool) running = 0;
    }
  }
  return returns;
}

/** @throws RangeError for an unknown counting. */
export function checkTokenDiscount(counting: TokenDiscount): void {
  checkChoice('counting', counting, ['action-token', 'all-token', 'cut-at-tool']);
}
