import { expect, it } from 'vitest';
import { close } from '../test/close.js';
import { whiten } from './whiten.js';

const VALUES = Float64Array.of(1, 3, 100, 5);
const WEIGHTS = Float64Array.of(1, 1, 0, 1);

it('whiten gives mean 0 and sample deviation 1 over what takes part, whatever its order', () => {
  // 1, 3, 5: mean 3, sample deviation 2; epsilon 2 more.
  const { values, credit } = whiten(VALUES, WEIGHTS, { epsilon: 2 });
  close(values, [-0.5, 0, 0, 0.5], 12);
  expect(credit(3)).toEqual([{ place: 3, value: 5, baseline: 3, deviation: 4, weight: 1 }]);
  expect(credit(2)).toEqual([]);
});

it('whiten leaves numbers as they are when told, but for what takes no part', () => {
  const { values, credit } = whiten(VALUES, WEIGHTS, { whiten: false, epsilon: 2 });
  expect([...values]).toEqual([1, 3, 0, 5]);
  expect(credit(1)).toEqual([{ place: 1, value: 3, baseline: 0, deviation: 1, weight: 1 }]);
  expect(credit(2)).toEqual([]);
  expect([...VALUES]).toEqual([1, 3, 100, 5]);
});
