import type { Tally, TurnRewards } from './turn-rewards.js';

/**
 * Means of the metrics of many groups, each one division of the summed sums by the summed counts. A metric that counted
 * nothing is left out.
 *
 * @example meanMetrics(rewards); // { shaping_share: 0.5, shaping_similarity: 0.71, ... }
 */
export function meanMetrics(rewards: readonly TurnRewards[]): Record<string, number> {
  const tallies = new Map<string, Tally>();
  for (const { metrics } of rewards) {
    for (const [name, { sum, count }] of Object.entries(metrics)) {
      const before = tallies.get(name) ?? { sum: 0, count: 0 };
      tallies.set(name, { sum: before.sum + sum, count: before.count + count });
    }
  }
  const counted = [...tallies].filter(([, { count }]) => count > 0);
  return Object.fromEntries(counted.map(([name, { sum, count }]) => [name, sum / count]));
}
