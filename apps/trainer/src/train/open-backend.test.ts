import { availableParallelism } from 'node:os';
import { expect, it } from 'vitest';
import { divisionOf, recordedDivision } from './open-backend.js';

it('divides a batch on native TensorFlow only, as named or as the model and the cores ask', () => {
  const rows = 40;
  const whole = { shards: { sampler: 1, learner: 1 }, parts: 1 };
  const size = { parameters: 1e6, divisible: 4 };
  expect(divisionOf({ name: 'wasm' }, { rows }, size)).toEqual(whole);
  const native = divisionOf({ name: 'native' }, { rows }, size);
  expect(rows % native.shards.sampler).toBe(0);
  expect(divisionOf({ name: 'native' }, { rows, shards: 3 }, size)).toEqual({
    ...native,
    shards: { ...native.shards, learner: 3 },
  });
  expect(divisionOf({ name: 'cuda' }, { rows }, size)).toEqual(whole);
  const cut = divisionOf({ name: 'native' }, { rows }, { ...size, parameters: 5e6 });
  expect(size.divisible % cut.parts).toBe(0);
  expect(cut.parts > 1).toBe(availableParallelism() > 1);
});

it('knows how a run was divided that has begun', () => {
  const division = { threads: { intraOp: 1, interOp: 2 }, shards: { sampler: 2, learner: 4 } };
  expect(recordedDivision({ name: 'a', ...division, parts: 2 })).toEqual({ ...division, parts: 2 });
  // Runs of earlier versions sampled with the whole model.
  expect(recordedDivision({ name: 'a', ...division })).toEqual({ ...division, parts: 1 });
  expect(recordedDivision({ name: 'a' })).toBeNull();
});
