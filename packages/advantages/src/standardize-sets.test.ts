import { expect, it } from 'vitest';
import { close } from '../test/close.js';
import { standardizeSets } from './standardize-sets.js';

it('standardizeSets goes over sets that do not lie in one piece', () => {
  // Set 2: 1, 3 (and 9 of weight 0); set 0: 5; set 1: 4, 8.
  const values = Float64Array.of(1, 4, 5, 9, 3, 8);
  const sets = Int32Array.of(2, 1, 0, 2, 2, 1);
  const weights = Float64Array.of(1, 1, 1, 0, 1, 1);
  const { values: result, credit } = standardizeSets(values, weights, sets, { std: 'none', epsilon: 0 });
  close(result, [-1, -2, 0, 0, 1, 2], 12);
  const term = (place: number, baseline: number) => [
    { place, value: values[place], baseline, deviation: 1, weight: 1 },
  ];
  expect([0, 1, 2, 3, 4, 5].map(credit)).toEqual([term(0, 2), term(1, 6), term(2, 5), [], term(4, 2), term(5, 6)]);
  expect([
    ...standardizeSets(new Float64Array(), new Float64Array(), new Int32Array(), { std: 'sample', epsilon: 0 }).values,
  ]).toEqual([]);
});
