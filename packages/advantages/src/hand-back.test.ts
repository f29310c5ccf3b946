import { expect, it } from 'vitest';
import { close } from '../test/close.js';
import { creditOf } from './credit.js';
import { handBack } from './hand-back.js';

it('handBack adds the later turns of the trajectory, discounted, and tells them apart', () => {
  const values = Float64Array.of(1, 2, 4, 8);
  const credit = creditOf(values, Float64Array.of(1, 1, 1, 1), () => ({ baseline: 0, deviation: 1 }));
  const { values: returns, credit: handed } = handBack(values, credit, Int32Array.of(0, 3, 4), 0.5);
  // 1 + .5 * 2 + .25 * 4, 2 + .5 * 4, 4 | 8.
  close(returns, [3, 4, 4, 8], 12);
  const term = (place: number, value: number, weight: number) => ({ place, value, baseline: 0, deviation: 1, weight });
  expect(handed(0)).toEqual([term(0, 1, 1), term(1, 2, 0.5), term(2, 4, 0.25)]);
  expect(handed(3)).toEqual([term(3, 8, 1)]);
});
