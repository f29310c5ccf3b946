import { describe, expect, it } from 'vitest';
import { batchOf, fullBatchOf } from '../test/batch-of.js';
import { close } from '../test/close.js';
import { mtGrpo } from './mt-grpo.js';

const root = Math.SQRT1_2;
const EXACT = { epsilon: 0 } as const;

describe('mtGrpo', () => {
  it('is what its authors compute for two turns', () => {
    // First turns .2, 0 : z = root, -root; outcomes 0, 1: z = -root, root. First turn: both, second: the outcome.
    const batch = batchOf([
      [
        { rewards: [0.2, 5], outcome: 0 },
        { rewards: [0, 7], outcome: 1 },
      ],
    ]);
    close(mtGrpo(EXACT)(batch).values, [0, -root, 0, root]);
  });

  it('discounts by the distance in turns', () => {
    // Three turns: turn z 1 and -1 times root at the first two indices, outcome z root and -root.
    const batch = batchOf([
      [
        { rewards: [1, 0, 0], outcome: 1 },
        { rewards: [0, 1, 0], outcome: 0 },
      ],
    ]);
    const unit = [1 - 0.5 + 0.25, -1 + 0.5, 1, -1 + 0.5 - 0.25, 1 - 0.5, -1];
    close(
      mtGrpo({ ...EXACT, discount: 0.5 })(batch).values,
      unit.map((value) => value * root),
    );
  });

  it('takes other rewards when told', () => {
    const batch = fullBatchOf([
      [
        [1, 0],
        [0, 0.5],
      ],
    ]);
    // Turn part "reward" z = root, -root; outcome: the sums 1 and .5.
    close(mtGrpo({ ...EXACT, turnRewards: { part: 'reward' }, outcome: 'rewards' })(batch).values, [
      2 * root,
      root,
      -2 * root,
      -root,
    ]);
    expect(() => mtGrpo({ turnRewards: { part: 'gain' } })(batch)).toThrow(
      'source: must name one of the parts reward, got {"part":"gain"}',
    );
  });
});
