import type { Strategy } from '../tasks/family.js';
import type { Random } from '../tasks/random.js';

/** How often demonstrations follow each strategy, and how often a call is preceded by an invalid one. */
export interface StrategyMix {
  readonly strategies: Readonly<Record<Strategy, number>>;
  readonly invalidCallRate: number;
}

/**
 * The mix behind the shipped base. One wrong habit per family is more common than the right strategy, so that the
 * base is weak when sampled and when greedy; the rest is scattered noise. What the base lacks is strategy, not format.
 */
export const BASE_MIX: StrategyMix = {
  strategies: { right: 0.41, habit: 0.51, slip: 0.02, premature: 0.03, direct: 0.03 },
  invalidCallRate: 0.05,
};

/** Draws a strategy with the mix's shares. */
export function drawStrategy({ strategies }: StrategyMix, random: Random): Strategy {
  const total = Object.values(strategies).reduce((sum, share) => sum + share, 0);
  let left = (random.int(0, 999_999) / 1_000_000) * total;
  for (const [strategy, share] of Object.entries(strategies)) {
    left -= share;
    if (left < 0) return strategy as Strategy;
  }
  return 'right';
}
