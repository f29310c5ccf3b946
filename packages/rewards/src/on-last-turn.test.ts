import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { onLastTurn } from './on-last-turn.js';

describe('onLastTurn', () => {
  it('moves each trajectory’s rewards to its last turn', () => {
    expect([...onLastTurn(Float64Array.of(-0.5, 1, 2, 4), Int32Array.of(0, 2, 2, 3, 4))]).toEqual([0, 0.5, 2, 4]);
  });

  it('keeps the sum and leaves its input alone', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 1, maxLength: 6 }), (rewards) => {
        const given = Float64Array.from(rewards);
        const moved = onLastTurn(given, Int32Array.of(0, rewards.length));
        expect(moved.at(-1)).toBe(rewards.reduce((sum, value) => sum + value, 0));
        expect(moved.slice(0, -1).every((value) => value === 0)).toBe(true);
        expect([...given]).toEqual(rewards);
      }),
    );
  });
});
