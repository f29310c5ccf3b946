import { describe, expect, it } from 'vitest';
import { batchOf } from '../test/batch-of.js';
import { close } from '../test/close.js';
import { grpo } from './grpo.js';
import { gtpo } from './gtpo.js';
import { kevin } from './kevin.js';

const EXACT = { epsilon: 0 } as const;

describe('kevin', () => {
  it('is gtpo with a discount of .4', () => {
    const batch = batchOf([
      [
        [1, 0.5],
        [0, 0.25],
      ],
    ]);
    // Returns 1.2, .5, .1, .25.
    const expected = grpo(EXACT)(batchOf([[[1.2], [0.5], [0.1], [0.25]]])).values;
    close(kevin(EXACT)(batch).values, [...expected], 9);
    expect(kevin({ discount: 0.9 })(batch).values).toEqual(gtpo()(batch).values);
  });
});
