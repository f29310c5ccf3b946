import fc from 'fast-check';
import { expect, test } from 'vitest';
import { raggedBatch } from '../../test/small-model.js';
import { cutRows, microBatches } from './micro-batches.js';

test('few shapes: longest first, lengths rounded up to 32, rows to fill the budget', () => {
  const batch = raggedBatch([40, 10, 33, 12, 64]);
  // Up to 64 tokens: 256 / 64 = 4 rows. Then 12 and 10 fit 32 tokens: 8 rows, of which a quarter is enough.
  expect(microBatches(batch, [0, 1, 2, 3, 4], { shards: 2, tokenBudget: 256, shapes: 'few' })).toEqual([
    { rows: 4, tokens: 64, rowIndices: [4, 0, 2, 3] },
    { rows: 2, tokens: 32, rowIndices: [1] },
  ]);
});

test('exact shapes: the longest row, and rows up to the shards', () => {
  const batch = raggedBatch([40, 10, 33, 12, 64]);
  expect(microBatches(batch, [0, 1, 2, 3, 4], { shards: 2, tokenBudget: 256, shapes: 'exact' })).toEqual([
    { rows: 4, tokens: 64, rowIndices: [4, 0, 2, 3] },
    { rows: 2, tokens: 10, rowIndices: [1] },
  ]);
});

test('only what stands before the last action token counts; rows without any are left out', () => {
  const batch = raggedBatch([40, 40]);
  batch.actionMask.fill(0, 20, 40); // row 0 ends at token 20
  batch.actionMask.fill(0, 40, 80); // row 1 has none
  expect(microBatches(batch, [0, 1], { shards: 1, tokenBudget: 64, shapes: 'few' })).toEqual([
    { rows: 1, tokens: 32, rowIndices: [0] },
  ]);
});

test('every row with an action token occurs exactly once, whatever the budget', () => {
  const lengths = fc.array(fc.integer({ min: 6, max: 60 }), { minLength: 1, maxLength: 20 });
  const shapes = fc.constantFrom('few', 'exact');
  fc.assert(
    fc.property(
      lengths,
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 500 }),
      shapes,
      (all, shards, budget, as) => {
        const batch = raggedBatch(all);
        const rows = all.map((_, row) => row);
        const parts = microBatches(batch, rows, { shards, tokenBudget: budget, shapes: as });
        expect(parts.flatMap((part) => part.rowIndices).sort((a, b) => a - b)).toEqual(rows);
        for (const part of parts) {
          expect(part.rows % shards).toBe(0);
          expect(part.rows === shards || part.rows * part.tokens <= budget).toBe(true);
          expect(part.rowIndices.length).toBeLessThanOrEqual(part.rows);
          for (const row of part.rowIndices) expect(all[row]).toBeLessThanOrEqual(part.tokens);
        }
      },
    ),
  );
});

test('cutRows copies rows and pads with 0', () => {
  const batch = raggedBatch([7, 6]);
  const part = { rows: 3, tokens: 8, rowIndices: [1] };
  const cut = cutRows(batch, batch.tokenIds, part, (length) => new Int32Array(length));
  expect([...cut]).toEqual([...batch.tokenIds.subarray(7, 13), 0, 0, ...new Int32Array(16)]);
});
