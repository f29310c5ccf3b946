import { describe, expect, it } from 'vitest';
import { fullBatchOf } from '../test/batch-of.js';
import { close } from '../test/close.js';
import { gae } from './gae.js';

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

  it('gives excluded trajectories 0 without whitening too', () => {
    const batch = fullBatchOf([[{ rewards: [1], tokens: [2], included: 0 }]], 'token');
    expect([...gae({ whiten: false })(batch).values]).toEqual([0, 0]);
  });
});
