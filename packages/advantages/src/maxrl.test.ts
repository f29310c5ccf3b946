import { describe, expect, it } from 'vitest';
import { batchOf } from '../test/batch-of.js';
import { close } from '../test/close.js';
import { maxrl } from './maxrl.js';

describe('maxrl', () => {
  it('divides by the mean', () => {
    // Of SkyRL: mean .45; then mean 1.9 / 3.
    const batch = batchOf([
      [[1], [0], [0.35]],
      [[1], [-0.1], [1]],
    ]);
    close(maxrl()(batch).values, [1.22222, -0.999998, -0.222222, 0.578946, -1.157893, 0.578946]);
  });

  it('gives zeros for equal rewards of 0 and refuses others whose mean is 0', () => {
    expect([...maxrl({ epsilon: 0 })(batchOf([[[0], [0]]])).values]).toEqual([0, 0]);
    expect(() => maxrl({ epsilon: 0 })(batchOf([[[1], [-1]]]))).toThrow(
      'rewards: their mean plus epsilon must not be 0, got 0 in group 0',
    );
  });
});
