import { expect, it } from 'vitest';
import { batchOf } from '../test/batch-of.js';
import { lastTurns } from './last-turns.js';

it('lastTurns marks the last turn of every trajectory that has one', () => {
  expect([
    ...lastTurns(
      batchOf([
        [[], [1, 2], []],
        [[3], [4, 5, 6]],
      ]),
    ),
  ]).toEqual([0, 1, 1, 0, 0, 1]);
  expect([...lastTurns(batchOf([[[]]]))]).toEqual([]);
});
