import { describe, expect, it } from 'vitest';
import { batchOf, fullBatchOf } from '../test/batch-of.js';
import { close } from '../test/close.js';
import { reinforcePlusPlus } from './reinforce-plus-plus.js';

describe('reinforcePlusPlus', () => {
  /** Rewards on the last of two tokens and on the only one; a tool's two tokens between; then a trajectory of one turn. */
  const batch = fullBatchOf([[{ rewards: [1, 2], tokens: [2, 1], observed: [2, 0] }], [{ rewards: [-1] }]]);
  /** Mean 0 and sample deviation 1. */
  const whitened = (returns: readonly number[]) => {
    const mean = returns.reduce((sum, value) => sum + value, 0) / returns.length;
    const variance = returns.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (returns.length - 1);
    return returns.map((value) => (value - mean) / Math.sqrt(variance));
  };

  it.each([
    // 1 + .5 * 2 on the last token of the first turn; half of that before it.
    ['action-token', [1, 2, 2, -1]],
    // Three tokens later: 1 + .125 * 2.
    ['all-token', [0.625, 1.25, 2, -1]],
    // The tool's last token keeps .5 * 2; the turn before it has its own reward.
    ['cut-at-tool', [0.5, 1, 2, -1]],
    ['turn', [2, 2, 2, -1]],
  ] as const)('%s', (counting, returns) => {
    const { level, values } = reinforcePlusPlus({ discount: 0.5, counting, epsilon: 0 })(batch);
    expect(level).toBe('token');
    close(values, whitened(returns));
  });

  it('hands the reward of a turn without tokens to the turn before', () => {
    const silent = fullBatchOf([[{ rewards: [1, 2], tokens: [1, 0] }, { rewards: [5], tokens: [0] }, [0]]]);
    close(reinforcePlusPlus({ epsilon: 0 })(silent).values, whitened([3, 0]));
  });

  it('says what it needs, and what it does not know', () => {
    const bare = batchOf([[[1]]]);
    expect(() => reinforcePlusPlus()(bare)).toThrow(
      'actionTokenSplits: must be given, since reinforcePlusPlus reads it, got none',
    );
    const { observationTokens: _, ...blind } = batch;
    expect(() => reinforcePlusPlus({ counting: 'all-token' })(blind)).toThrow('observationTokens: must be given');
    expect(() => reinforcePlusPlus({ counting: 'word' as 'turn' })).toThrow("counting: must be 'action-token'");
  });
});
