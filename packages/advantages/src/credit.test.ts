import { describe, expect, it } from 'vitest';
import { type Credit, creditOf, creditOfRows, rowOf, shifted } from './credit.js';

const own: Credit = creditOf(Float64Array.of(5, 6, 7), Float64Array.of(1, 0, 0.5), (i) => ({
  baseline: i,
  deviation: 2,
}));

describe('creditOf', () => {
  it('is one term for an element that takes part, none for another', () => {
    expect(own(0)).toEqual([{ place: 0, value: 5, baseline: 0, deviation: 2, weight: 1 }]);
    expect(own(1)).toEqual([]);
    expect(own(2)).toEqual([{ place: 2, value: 7, baseline: 2, deviation: 2, weight: 1 }]);
  });
});

describe('shifted', () => {
  it('adds to value and baseline alike', () => {
    const more = shifted(own, (place) => 10 + place);
    expect(more(2)).toEqual([{ place: 2, value: 19, baseline: 14, deviation: 2, weight: 1 }]);
  });
});

describe('creditOfRows', () => {
  it('gives every element of a row the credit of the row, at its own place', () => {
    const spread = creditOfRows(own, Int32Array.of(0, 1, 1, 3));
    expect(spread(0)).toMatchObject([{ place: 0, value: 5 }]);
    expect(spread(2)).toMatchObject([{ place: 2, value: 7 }]);
  });
});

describe('rowOf', () => {
  it.each([
    [
      [0, 2, 5],
      [0, 0, 1, 1, 1],
    ],
    [
      [0, 0, 1, 1, 1, 3, 3],
      [1, 4, 4],
    ],
    [[0, 1], [0]],
  ])('of %o', (splits, rows) => {
    expect(rows.map((_, element) => rowOf(Int32Array.from(splits), element))).toEqual(rows);
  });
});
