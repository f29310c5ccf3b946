import { tokenWeights } from '@turnwise/gtpo';
import { expect, test } from 'vitest';
import { policyBatchOf, raggedBatch } from './ragged-batch.js';

const file = raggedBatch(32, 128, 128);
const at = (row: number, t: number) => row * 128 + t;

test('rows have different lengths in the last quarter, so that both sides pad to the same', () => {
  expect(new Set(file.sequenceLengths).size).toBeGreaterThan(16);
  expect(Math.min(...file.sequenceLengths)).toBeGreaterThan(96);
  expect(Math.max(...file.sequenceLengths)).toBe(128);
});

test('each row is prompt, action, observation, action; nothing stands off the mask or in the padding', () => {
  file.sequenceLengths.forEach((length, row) => {
    const mask = file.actionMask.slice(at(row, 0), at(row + 1, 0)).join('');
    expect(mask).toMatch(new RegExp(`^0{${8 + (row % 16)}}1+0{6}1+0{${128 - length}}$`));
    expect(file.tokenIds.slice(at(row, length), at(row + 1, 0))).toEqual(new Array(128 - length).fill(0));
  });
  file.actionMask.forEach((on, i) => {
    if (on === 0) expect([file.advantages[i], file.behaviourLogprobs[i], file.turnIndices[i]]).toEqual([0, 0, -1]);
  });
  expect(Math.min(...file.tokenIds)).toBe(0);
  expect(Math.max(...file.tokenIds)).toBeLessThan(128);
});

test('is a batch that the losses take', () => {
  const batch = policyBatchOf(file);
  const actions = file.actionMask.reduce((sum, on) => sum + on, 0);
  // token-mean: each action token weighs 1 / actions.
  const weights = tokenWeights(batch, { kind: 'token-mean' });
  expect(weights.filter((weight) => weight > 0)).toEqual(new Float64Array(actions).fill(1 / actions));
});
