import { expect, test } from 'vitest';
import { planPrefill, planRun } from './plan-run.js';
import { Sequence } from './sequence.js';

/** A sequence that waits for an action after `tokens` tokens, of which `fed` are in the cache. */
function waiting(tokens: number, fed = 0): Sequence {
  const sequence = new Sequence({ seed: 0, update: 0, task: 0, sample: 0 });
  sequence.tokens.push(...Array.from({ length: tokens }, (_, i) => i));
  sequence.fed = fed;
  sequence.pending = {
    request: { newTokenIds: [0], turn: 0, maxTokens: 5, stopTokenIds: [], temperature: 1 },
    limit: 5,
    tokenIds: [],
    logprobs: [],
    drawnLogprobs: [],
    allowed: null,
    asked: 0,
    resolve: () => {},
    reject: () => {},
  };
  return sequence;
}

test('a prompt is fed at once but for its last token, after which the first one is sampled', () => {
  expect(planPrefill([waiting(21)])).toEqual({
    tokens: 32,
    lastPosition: 19,
    rows: [{ position: 0, tokenIds: Array.from({ length: 20 }, (_, i) => i) }],
  });
});

test('a new turn feeds only what is not in the cache', () => {
  const plan = planPrefill([waiting(60, 40), null]);
  // 19 of 2 x 32 places would be of use: less than half.
  expect(plan).toBeNull();
  expect(planPrefill([waiting(60, 40)])?.rows).toEqual([
    { position: 40, tokenIds: Array.from({ length: 19 }, (_, i) => 40 + i) },
  ]);
});

test('exactly half is worth it, one token less is not', () => {
  expect(planPrefill([waiting(33), null])?.tokens).toBe(32);
  expect(planPrefill([waiting(32), null])).toBeNull();
});

test('the widest of which half is of use, within 4,096 tokens over all rows', () => {
  expect(planPrefill([waiting(257)])?.tokens).toBe(512);
  // 129 of 512 would be of use; of 128 all are, and the last one is fed with what is sampled after it.
  expect(planPrefill([waiting(130)])?.tokens).toBe(128);
  expect(planPrefill([waiting(100)])?.tokens).toBe(128);
  // 40 x 128 is above the budget, so 32 of the 99 are fed now.
  const plan = planPrefill(Array.from({ length: 40 }, () => waiting(100)));
  expect(plan?.tokens).toBe(32);
  expect(plan?.rows.every(({ tokenIds }) => tokenIds.length === 32)).toBe(true);
  expect(planPrefill(Array.from({ length: 200 }, () => waiting(100)))).toBeNull();
});

test('a run is as long as the youngest action, at least 8 steps and at most what is left to sample', () => {
  const sampling = (tokens: number, limit: number): Sequence => {
    const sequence = waiting(20 + tokens, 19 + tokens);
    if (sequence.pending !== null) sequence.pending = { ...sequence.pending, limit, tokenIds: Array(tokens).fill(1) };
    return sequence;
  };
  expect(planRun([sampling(0, 100), null], 32, 50).steps).toBe(8);
  expect(planRun([sampling(20, 100), sampling(25, 100)], 32, 50).steps).toBe(20);
  expect(planRun([sampling(60, 100), sampling(0, 100)], 32, 50).steps).toBe(8);
  expect(planRun([sampling(60, 100)], 32, 50).steps).toBe(32);
  expect(planRun([sampling(20, 25), sampling(20, 27)], 32, 50).steps).toBe(7);
});
