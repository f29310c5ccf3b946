import { describe, it } from 'vitest';
import { batchOf } from '../test/batch-of.js';
import { close } from '../test/close.js';
import { igpo } from './igpo.js';

const root = Math.SQRT1_2;
const EXACT = { epsilon: 0 } as const;

describe('igpo', () => {
  it('normalises each kind by itself, then adds up', () => {
    // Gains .1, .3 | .2 (not the last turns): mean .2, deviation .1: z -1, 1 | 0. Outcomes 1, 0: z root, -root.
    const batch = batchOf([
      [
        { rewards: [0.1, 0.3, 8], outcome: 1 },
        { rewards: [0.2, 9], outcome: 0 },
      ],
    ]);
    close(igpo(EXACT)(batch).values, [root, 1 + root, root, -root, -root]);
    close(igpo({ ...EXACT, discount: 0.5 })(batch).values, [-1 + 0.5 + root / 4, 1 + root / 2, root, -root / 2, -root]);
  });
});
