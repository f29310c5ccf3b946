import type { Strategy } from '../tasks/family.js';
import type { Random } from '../tasks/random.js';

/** How often demonstrations follow each strategy, and how often a call is preceded by an invalid one. */
export interface StrategyMix {
  readonly strategies: Readonly<Record<Strategy, number>>;
  readonly invalidCallRate: number;
}

const mixOf = (right: number): StrategyMix => ({
  strategies: { right, habit: 0.84 - right, slip: 0.05, premature: 0.07, direct: 0.04 },
  invalidCallRate: 0.05,
});

/**
 * The mixes behind the shipped base, by family. One wrong habit is more common than the right strategy, or nearly so,
 * so that the base is weak when sampled and when greedy; the rest is scattered noise. The right shares allow for what
 * the base miscopies: they set its accuracy. What it lacks is strategy, not format.
 */
export const BASE_MIXES: Readonly<Record<string, StrategyMix>> = {
  math: mixOf(0.4),
  knowledge: mixOf(0.37),
  program: mixOf(0.47),
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
