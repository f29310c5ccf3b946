import { expect, it } from 'vitest';
import { spread } from './spread.js';

it('spread gives every element the value of its row', () => {
  expect([...spread(Float64Array.of(5, 6, 7), Int32Array.of(0, 2, 2, 3))]).toEqual([5, 5, 7]);
  expect([...spread(Float64Array.of(), Int32Array.of(0))]).toEqual([]);
});
