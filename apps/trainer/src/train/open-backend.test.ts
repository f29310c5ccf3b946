import { expect, it } from 'vitest';
import { recordedDivision, shardsOf } from './open-backend.js';

it('divides a batch on native TensorFlow only, as named or as the model and the cores ask', () => {
  const rows = 40;
  expect(shardsOf({ name: 'wasm' }, { rows }, 1e6)).toEqual({ sampler: 1, learner: 1 });
  const native = shardsOf({ name: 'native' }, { rows }, 1e6);
  expect(rows % native.sampler).toBe(0);
  expect(shardsOf({ name: 'native' }, { rows, shards: 3 }, 1e6)).toEqual({ ...native, learner: 3 });
  expect(shardsOf({ name: 'cuda' }, { rows }, 1e6)).toEqual({ sampler: 1, learner: 1 });
});

it('knows how a run was divided that has begun', () => {
  const division = { threads: { intraOp: 1, interOp: 2 }, shards: { sampler: 2, learner: 4 } };
  expect(recordedDivision({ name: 'a', ...division })).toEqual(division);
  expect(recordedDivision({ name: 'a' })).toBeNull();
});
