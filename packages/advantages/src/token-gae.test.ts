import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { close } from '../test/close.js';
import { sequence, share, TOKENS } from '../test/token-sequences.js';
import { tokenGae } from './token-gae.js';

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
    expect(() => tokenGae(TOKENS, values, { discount: 2, lambda: 1 })).toThrow('discount: must be in [0, 1], got 2');
    expect(() => tokenGae(TOKENS, values, { discount: 1, lambda: -1 })).toThrow('lambda: must be in [0, 1], got -1');
    expect(() => tokenGae(TOKENS, [1], { discount: 1, lambda: 1 })).toThrow('values: must hold 7 values, got 1');
    expect(() => tokenGae({ ...TOKENS, actionMask: [1] }, values, { discount: 1, lambda: 1 })).toThrow(
      'actionMask: must hold 7 values, got 1',
    );
    expect(() => tokenGae({ ...TOKENS, splits: Int32Array.of(0, 6) }, values, { discount: 1, lambda: 1 })).toThrow(
      'splits: must end at 7, got 6',
    );
    const toolTokens = 'drop' as 'skip';
    expect(() => tokenGae(TOKENS, values, { discount: 1, lambda: 1, toolTokens })).toThrow(
      "toolTokens: must be 'skip' or 'count', got drop",
    );
  });
});
