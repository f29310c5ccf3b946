import { expect, it } from 'vitest';
import { accuracyChart } from './accuracy-chart.js';

it('puts each update at its height', () => {
  // Five rows: 0, 25, 50, 75, 100 %. .3 is nearest to 25, .45 to 50.
  expect(accuracyChart([0, 0.3, 0.45, 0.75, 1], { unicode: false, height: 5 })).toEqual([
    '100 % |    *',
    '      |   *',
    ' 50 % |  *',
    '      | *',
    '  0 % |*',
    '      +-----',
    '       1 update 5',
  ]);
});

it('shows the mean of the updates that share a column', () => {
  // Columns: mean(0, 1) = .5 and mean(1, 1) = 1.
  expect(accuracyChart([0, 1, 1, 1], { unicode: true, height: 3, width: 2 })).toEqual([
    '100 % │ •',
    ' 50 % │•',
    '  0 % │',
    '      └──',
    '       1 update 4',
  ]);
});

it('draws nothing without updates', () => {
  expect(accuracyChart([], { unicode: true })).toEqual([]);
});
