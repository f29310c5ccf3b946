import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batchOf, fullBatchOf } from '../test/batch-of.js';
import { biLevelGae } from './bi-level-gae.js';
import { gae } from './gae.js';
import { zeroGradientFraction } from './group-fractions.js';
import { reinforcePlusPlus } from './reinforce-plus-plus.js';
import { reinforcePlusPlusBaseline } from './reinforce-plus-plus-baseline.js';
import { tokenGae } from './token-gae.js';
import { type TokenDiscount, tokenReturns } from './token-returns.js';

const close = (actual: ArrayLike<number>, expected: readonly number[], digits = 9) => {
  expect(actual).toHaveLength(expected.length);
  expected.forEach((value, i) => {
    expect(actual[i]).toBeCloseTo(value, digits);
  });
};
/** A tool's token in the middle and one at the end; reward 1 on the fifth token. Then a sequence of its own. */
const TOKENS = {
  rewards: [0, 0, 0, 0, 1, 0, 2],
  actionMask: [1, 1, 0, 1, 1, 0, 1],
  splits: Int32Array.of(0, 6, 7),
};
const sequence = fc.array(
  fc.record({
    reward: fc.double({ min: -1, max: 1, noNaN: true }),
    value: fc.double({ min: -1, max: 1, noNaN: true }),
    action: fc.constantFrom(0, 1, 1),
  }),
  { maxLength: 6 },
);
const share = fc.double({ min: 0, max: 1, noNaN: true });

describe('tokenReturns', () => {
  it.each<[TokenDiscount, number[]]>([
    ['action-token', [0.729, 0.81, 0, 0.9, 1, 0, 2]],
    ['all-token', [0.6561, 0.729, 0.81, 0.9, 1, 0, 2]],
    ['cut-at-tool', [0, 0, 0.81, 0.9, 1, 0, 2]],
  ])('%s, as verl, slime and SkyRL count', (counting, expected) => {
    close(tokenReturns(TOKENS, { discount: 0.9, counting }), expected);
  });

  it('action-token is the sum over later action tokens, written as two loops', () => {
    fc.assert(
      fc.property(sequence, share, (written, discount) => {
        const own = written.filter(({ action }) => action === 1);
        const rewards = written.map(({ reward, action }) => reward * action);
        const actionMask = written.map(({ action }) => action);
        const splits = Int32Array.of(0, written.length);
        const returns = tokenReturns({ rewards, actionMask, splits }, { discount, counting: 'action-token' });
        const kept = [...returns].filter((_, t) => actionMask[t] === 1);
        own.forEach((_, t) => {
          const sum = own.slice(t).reduce((total, { reward }, m) => total + discount ** m * reward, 0);
          expect(kept[t]).toBeCloseTo(sum, 9);
        });
      }),
    );
  });

  it('refuses what is out of range', () => {
    const options = { discount: 1, counting: 'all-token' } as const;
    expect(() => tokenReturns(TOKENS, { ...options, discount: 2 })).toThrow('discount: must be in [0, 1], got 2');
    expect(() => tokenReturns(TOKENS, { ...options, counting: 'word' as 'all-token' })).toThrow(
      "counting: must be 'action-token', 'all-token' or 'cut-at-tool', got word",
    );
    expect(() => tokenReturns({ ...TOKENS, actionMask: [1] }, options)).toThrow(
      'actionMask: must hold 7 values, got 1',
    );
    expect(() => tokenReturns({ ...TOKENS, splits: Int32Array.of(0, 6) }, options)).toThrow(
      'splits: must end at 7, got 6',
    );
  });
});

describe('tokenGae', () => {
  const values = TOKENS.rewards.map(() => 0.5);
  it('skips tool tokens, or counts them', () => {
    // lambda 1: rewards to come less the value; where the last tool token counts, its value comes too.
    close(tokenGae(TOKENS, values, { discount: 1, lambda: 1 }), [0.5, 0.5, 0.5, 0.5, 0.5, 0, 1.5]);
    const counted = tokenGae(TOKENS, values, { discount: 1, lambda: 1, toolTokens: 'count' });
    close(counted, [0.5, 0.5, 0.5, 0.5, 0.5, -0.5, 1.5]);
  });

  it('is the sum of errors of one step, written as two loops', () => {
    fc.assert(
      fc.property(sequence, share, share, (written, discount, lambda) => {
        const own = written.filter(({ action }) => action === 1);
        const tokens = {
          rewards: written.map(({ reward }) => reward),
          actionMask: written.map(({ action }) => action),
          splits: Int32Array.of(0, written.length),
        };
        const critic = written.map(({ value }) => value);
        const advantages = tokenGae(tokens, critic, { discount, lambda });
        const kept = [...advantages].filter((_, t) => tokens.actionMask[t] === 1);
        const delta = own.map(({ reward, value }, t) => reward + discount * (own[t + 1]?.value ?? 0) - value);
        own.forEach((_, t) => {
          const sum = delta.slice(t).reduce((total, error, l) => total + (discount * lambda) ** l * error, 0);
          expect(kept[t]).toBeCloseTo(sum, 9);
        });
      }),
    );
  });

  it('refuses what is out of range', () => {
    expect(() => tokenGae(TOKENS, values, { discount: 1, lambda: -1 })).toThrow('lambda: must be in [0, 1], got -1');
    expect(() => tokenGae(TOKENS, [1], { discount: 1, lambda: 1 })).toThrow('values: must hold 7 values, got 1');
    const toolTokens = 'drop' as 'skip';
    expect(() => tokenGae(TOKENS, values, { discount: 1, lambda: 1, toolTokens })).toThrow(
      "toolTokens: must be 'skip' or 'count', got drop",
    );
  });
});

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

  it('with a baseline: the deviation from the group’s mean, whitened by tokens', () => {
    // Groups 1, 0 and 5, 4: deviations .5, -.5 each; the first of them on three tokens.
    const pairs = fullBatchOf([
      [{ rewards: [1], tokens: [3] }, [0]],
      [[5], [4]],
    ]);
    close(reinforcePlusPlusBaseline({ epsilon: 0 })(pairs).values, whitened([0.5, 0.5, 0.5, -0.5, 0.5, -0.5]));
  });
});

describe('gae', () => {
  it('runs over the action tokens of all turns', () => {
    // Tokens V .5 .5 | 1; rewards 0 1 | 2. lambda 0: 0 + .5 - .5, 1 + 1 - .5, 2 - 1.
    const batch = fullBatchOf([[{ rewards: [1, 2], tokens: [2, 1], values: [0.5, 1] }]], 'token');
    close(gae({ lambda: 0, whiten: false })(batch).values, [0, 1.5, 1]);
    // lambda 1: 3 - .5, 3 - .5, 2 - 1.
    close(gae({ lambda: 1, whiten: false })(batch).values, [2.5, 2.5, 1]);
    // Whitened: mean 2, sample deviation sqrt(.75).
    close(gae({ lambda: 1, epsilon: 0 })(batch).values, [0.57735, 0.57735, -1.154701], 5);
  });

  it('gives excluded trajectories 0 without whitening too, and refuses values of turns', () => {
    const batch = fullBatchOf([[{ rewards: [1], tokens: [2], included: 0 }]], 'token');
    expect([...gae({ whiten: false })(batch).values]).toEqual([0, 0]);
    expect(() => gae()({ ...batch, values: Float64Array.of(0) })).toThrow('values: must hold 2 values, got 1');
  });
});

describe('biLevelGae', () => {
  it('gives the returns of RAGEN’s own example', () => {
    // Two turns of five tokens, reward 1 each; values .1 to 1; turn discount .95, else 1. By turns: the second has
    // 1 - 1 = 0, so its return is 1; the first 1 + .95 * 1 - .5 = 1.45, so its return is 1.95.
    const values = Float64Array.from({ length: 10 }, (_, t) => (t + 1) / 10);
    const batch = { ...fullBatchOf([[{ rewards: [1, 1], tokens: [5, 5] }]]), values };
    const { values: advantages } = biLevelGae({ whiten: false })(batch);
    close(
      advantages.map((advantage, t) => advantage + (values[t] as number)),
      [1.95, 1.95, 1.95, 1.95, 1.95, 1, 1, 1, 1, 1],
    );
  });

  it('ends a turn where it ends, though it earns nothing', () => {
    // Values 0: the first turn's return is .95 times the second's. (RAGEN's code gives 1, 1.)
    const batch = fullBatchOf([[{ rewards: [0, 1], tokens: [1, 1] }]], 'token');
    close(biLevelGae({ whiten: false })(batch).values, [0.95, 1]);
    // The discount of tokens counts inside a turn only.
    const longer = fullBatchOf([[{ rewards: [0, 1], tokens: [2, 2] }]], 'token');
    close(biLevelGae({ whiten: false, tokenDiscount: 0.5 })(longer).values, [0.475, 0.95, 0.5, 1]);
    // lambda 0 with values .4: the second turn .6, its return 1; the first 0 + .95 * .4 - .4, its return .38.
    const valued = fullBatchOf([[{ rewards: [0, 1], tokens: [1, 1], values: [0.4, 0.4] }]], 'token');
    close(biLevelGae({ whiten: false, lambda: 0 })(valued).values, [-0.02, 0.6]);
  });

  it('passes over a turn without tokens', () => {
    const batch = fullBatchOf([[{ rewards: [1, 1, 1], tokens: [1, 0, 1] }]], 'token');
    close(biLevelGae({ whiten: false, turnDiscount: 0.5 })(batch).values, [2.5, 1]);
  });
});

it('zeroGradientFraction reads advantages of tokens', () => {
  const batch = fullBatchOf([[{ rewards: [1], tokens: [2] }], [[1]]]);
  expect(zeroGradientFraction(batch, { level: 'token', values: Float64Array.of(0, 1, 0) })).toBe(0.5);
  expect(() => zeroGradientFraction(batch, { level: 'token', values: Float64Array.of(0, 1) })).toThrow(
    'advantages: must hold 3 values, got 2',
  );
});
