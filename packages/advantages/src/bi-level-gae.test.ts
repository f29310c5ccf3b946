import { describe, it } from 'vitest';
import { fullBatchOf } from '../test/batch-of.js';
import { close } from '../test/close.js';
import { biLevelGae } from './bi-level-gae.js';

describe('biLevelGae', () => {
  it('gives the returns of RAGEN’s own example', () => {
    // Two turns of five tokens, reward 1 each; values .1 to 1; turn discount .95, else 1. By turns: the second has
    // 1 - 1 = 0, so its return is 1; the first 1 + .95 * 1 - .5 = 1.45, so its return is 1.95.
    const values = Float64Array.from({ length: 10 }, (_, t) => (t + 1) / 10);
    const batch = { ...fullBatchOf([[{ rewards: [1, 1], tokens: [5, 5] }]]), values };
    const { values: advantages } = biLevelGae({ whiten: false })(batch);
    close(
      advantages.map((advantage, t) => advantage + (values[t] as number)),
      [1.95, 1.95, 1.95, 1.95, 1.95, 1, 1, 1, 1, 1],
    );
  });

  it('ends a turn where it ends, though it earns nothing', () => {
    // Values 0: the first turn's return is .95 times the second's. (RAGEN's code gives 1, 1.)
    const batch = fullBatchOf([[{ rewards: [0, 1], tokens: [1, 1] }]], 'token');
    close(biLevelGae({ whiten: false })(batch).values, [0.95, 1]);
    // The discount of tokens counts inside a turn only.
    const longer = fullBatchOf([[{ rewards: [0, 1], tokens: [2, 2] }]], 'token');
    close(biLevelGae({ whiten: false, tokenDiscount: 0.5 })(longer).values, [0.475, 0.95, 0.5, 1]);
    // lambda 0 with values .4: the second turn .6, its return 1; the first 0 + .95 * .4 - .4, its return .38.
    const valued = fullBatchOf([[{ rewards: [0, 1], tokens: [1, 1], values: [0.4, 0.4] }]], 'token');
    close(biLevelGae({ whiten: false, lambda: 0 })(valued).values, [-0.02, 0.6]);
  });

  it('starts with a turn that has tokens: a first one without loses its reward', () => {
    const batch = fullBatchOf([[[5], { rewards: [3, 1], tokens: [0, 1] }]], 'token');
    // One token for the trajectory of reward 5; the reward 3 stands on no token, and 1 on the last.
    close(biLevelGae({ whiten: false })(batch).values, [5, 1]);
  });

  it('passes over a turn without tokens', () => {
    const batch = fullBatchOf([[{ rewards: [1, 1, 1], tokens: [1, 0, 1] }]], 'token');
    close(biLevelGae({ whiten: false, turnDiscount: 0.5 })(batch).values, [2.5, 1]);
  });
});
