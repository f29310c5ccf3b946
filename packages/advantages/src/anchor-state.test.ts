import { describe, expect, it } from 'vitest';
import { batchOf, fullBatchOf } from '../test/batch-of.js';
import { close } from '../test/close.js';
import { anchorState } from './anchor-state.js';

const root = Math.SQRT1_2;

describe('anchorState', () => {
  it('compares returns of turns at the same state of the same group', () => {
    // Discount .5: returns 1, 2 | 3. The state "a" has 1 and 3, "b" 2 alone; the second group has an "a" of its own.
    const batch = fullBatchOf([
      [
        { rewards: [0, 2], states: ['a', 'b'] },
        { rewards: [3], states: ['a'] },
      ],
      [{ rewards: [9], states: ['a'] }],
    ]);
    close(anchorState({ discount: 0.5 })(batch).values, [-1, 0, 1, 0]);
    close(anchorState({ discount: 0.5, std: 'sample', epsilon: 0 })(batch).values, [-root, 0, root, 0]);
    // The default: 0 + .95 * 2 = 1.9 against 3.
    close(anchorState()(batch).values, [-0.55, 0, 0.55, 0]);
    expect(() => anchorState()(batchOf([[[1]]]))).toThrow(
      'stateKeys: must be given, since anchorState reads it, got none',
    );
  });

  it('counts every visit', () => {
    // Returns 1, 1 | 0 at the same state, discount 1: mean 2/3.
    const batch = fullBatchOf([
      [
        { rewards: [0, 1], states: ['a', 'a'] },
        { rewards: [0], states: ['a'] },
      ],
    ]);
    close(anchorState({ discount: 1 })(batch).values, [1 / 3, 1 / 3, -2 / 3]);
  });
});
