import { describe, it } from 'vitest';
import { batchOf } from '../test/batch-of.js';
import { close } from '../test/close.js';
import { ircHybrid } from './irc-hybrid.js';

const root = Math.SQRT1_2;
const EXACT = { epsilon: 0 } as const;

describe('ircHybrid', () => {
  it('adds a share of the outcome to the normalised returns', () => {
    // Returns with outcomes: .1 + .9 * 1 = 1, 1 | 0. GTPO: mean 2/3, deviation .577350. Outcomes: root, -root.
    const batch = batchOf([[{ rewards: [0.1, 0], outcome: 1 }, { rewards: [0] }]]);
    const { values, parts } = ircHybrid(EXACT)(batch);
    close(parts?.['return'], [0.57735, 0.57735, -1.154701]);
    close(parts?.['outcome'], [0.3 * root, 0.3 * root, -0.3 * root]);
    close(values, [0.57735 + 0.3 * root, 0.57735 + 0.3 * root, -1.154701 - 0.3 * root]);
  });
});
