import { describe, expect, it } from 'vitest';
import { fullBatchOf } from '../test/batch-of.js';
import { close } from '../test/close.js';
import { gigpo } from './gigpo.js';

describe('gigpo', () => {
  it('adds the trajectory and the step, and shows both', () => {
    const batch = fullBatchOf([
      [
        { rewards: [0, 2], states: ['a', 'b'] },
        { rewards: [3], states: ['a'] },
      ],
    ]);
    const { values, parts } = gigpo({ discount: 0.5, omega: 2 })(batch);
    close(parts?.['trajectory'], [-0.5, -0.5, 0.5]);
    close(parts?.['step'], [-2, 0, 2]);
    close(values, [-2.5, -0.5, 2.5]);
    expect(() => gigpo({ omega: Number.NaN })).toThrow('omega: must be finite, got NaN');
  });
});
