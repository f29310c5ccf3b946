import type { TensorFlow } from '@turnwise/accelerator';
import { beforeAll, expect, test } from 'vitest';
import { backendOrNull } from '../../test/backends.js';
import { raggedBatch } from '../../test/small-model.js';
import { wantedTokens } from './wanted-tokens.js';

let tf: TensorFlow;
beforeAll(async () => {
  tf = ((await backendOrNull('cpu')) as { tf: TensorFlow }).tf;
});

/** Two rows of 8 tokens, of which these are actions. */
function batchWith(actions: readonly (readonly number[])[]) {
  const actionMask = new Uint8Array(16);
  actions.forEach((at, row) => {
    for (const t of at) actionMask[row * 8 + t] = 1;
  });
  return { ...raggedBatch([8, 8]), tokens: 8, actionMask };
}

test('the positions just before the action tokens, filled up with the last; and the way back', () => {
  const part = { rows: 3, tokens: 8, rowIndices: [1, 0] };
  const wanted = wantedTokens(tf, batchWith([[2, 3, 7], [1]]), part);
  // Three places, rounded up to a quarter of 8: four. The third row is padding.
  expect(wanted?.positions.arraySync()).toEqual([
    [0, 7, 7, 7],
    [1, 2, 6, 7],
    [7, 7, 7, 7],
  ]);
  expect(wanted?.places.arraySync()).toEqual([
    [-1, 0, -1, -1, -1, -1, -1, -1],
    [-1, -1, 0, 1, -1, -1, -1, 2],
    [-1, -1, -1, -1, -1, -1, -1, -1],
  ]);
});

test('nothing is left out where it would save nothing', () => {
  const part = { rows: 2, tokens: 8, rowIndices: [0, 1] };
  expect(wantedTokens(tf, batchWith([[1, 2, 3, 4, 5, 6, 7], [1]]), part)).toBeNull();
});
