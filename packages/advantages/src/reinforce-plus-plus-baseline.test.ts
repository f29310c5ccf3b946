import { describe, it } from 'vitest';
import { fullBatchOf } from '../test/batch-of.js';
import { close } from '../test/close.js';
import { reinforcePlusPlusBaseline } from './reinforce-plus-plus-baseline.js';

describe('reinforcePlusPlusBaseline', () => {
  it('is the deviation from the mean of the group, whitened by tokens', () => {
    // Groups 1, 0 and 5, 4: deviations .5, -.5 each, the first of them on three tokens. Over the six tokens: mean
    // (4 * .5 - 2 * .5) / 6 = 1/6, squares 4 / 9 + 8 / 9 = 12 / 9, sample deviation sqrt(12 / 45) = .516398.
    const pairs = fullBatchOf([
      [{ rewards: [1], tokens: [3] }, [0]],
      [[5], [4]],
    ]);
    const [high, low] = [1 / 3 / 0.5163978, -2 / 3 / 0.5163978];
    close(reinforcePlusPlusBaseline({ epsilon: 0 })(pairs).values, [high, high, high, low, high, low]);
  });

  it('leaves gated and excluded trajectories out of both', () => {
    const batch = fullBatchOf([
      [{ rewards: [1], outcome: 1 }, { rewards: [0] }, { rewards: [9], outcome: 1, included: 0 }],
      [
        { rewards: [7], outcome: 1 },
        { rewards: [3], outcome: 1 },
      ],
    ]);
    // .5 and -.5: sample deviation sqrt(.5).
    close(reinforcePlusPlusBaseline({ epsilon: 0, gate: 'outcome' })(batch).values, [
      Math.SQRT1_2,
      -Math.SQRT1_2,
      0,
      0,
      0,
    ]);
  });
});
