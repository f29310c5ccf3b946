import { describe, it } from 'vitest';
import { batchOf } from '../test/batch-of.js';
import { close } from '../test/close.js';
import { turnIndex } from './turn-index.js';

const root = Math.SQRT1_2;
const EXACT = { epsilon: 0 } as const;

describe('turnIndex', () => {
  it('compares turns of the same index of the same group', () => {
    // First turns 1 and 3; the second turn stands alone. Another group: 7 and 7.
    const batch = batchOf([
      [[1, 5], [3]],
      [
        [7, 1],
        [7, 2],
      ],
    ]);
    close(turnIndex(EXACT)(batch).values, [-root, 0, root, 0, -root, 0, root]);
    close(turnIndex({ std: 'none' })(batch).values, [-1, 0, 1, 0, -0.5, 0, 0.5]);
  });
});
