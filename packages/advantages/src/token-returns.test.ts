import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { close } from '../test/close.js';
import { sequence, share, TOKENS } from '../test/token-sequences.js';
import { type TokenDiscount, tokenReturns } from './token-returns.js';

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
