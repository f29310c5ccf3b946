import { describe, expect, it } from 'vitest';
import { fullBatchOf } from '../test/batch-of.js';
import { close } from '../test/close.js';
import { turnGae } from './turn-gae.js';

describe('turnGae', () => {
  it('is GAE over turns', () => {
    const batch = fullBatchOf([
      [
        { rewards: [0, 1], values: [0.5, 0.8] },
        { rewards: [0], values: [0.1] },
      ],
    ]);
    // Second turn 1 - .8 = .2; first 0 + .9 * .8 - .5 + .9 * .5 * .2 = .31; the other -.1.
    close(turnGae({ discount: 0.9, lambda: 0.5, whiten: false })(batch).values, [0.31, 0.2, -0.1]);
    // Whitened: mean .136667, sample deviation .212211.
    close(turnGae({ discount: 0.9, lambda: 0.5, epsilon: 0 })(batch).values, [0.816798, 0.298445, -1.115243], 4);
    const out = fullBatchOf([[{ rewards: [1], values: [0.1], included: 0 }]]);
    expect([...turnGae({ whiten: false })(out).values]).toEqual([0]);
  });
});
