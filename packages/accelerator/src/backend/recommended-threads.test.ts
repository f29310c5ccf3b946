import fc from 'fast-check';
import { expect, test } from 'vitest';
import { recommendedThreads } from './recommended-threads.js';

const rows = { sampler: 32, learner: 32 };

test.each([0.82e6, 5e6, 25e6])('on the 2 cores that were measured, %d parameters get 2 and 4 shards', (parameters) => {
  expect(recommendedThreads({ parameters, cores: 2, rows })).toEqual({
    threads: { intraOp: 1, interOp: 2 },
    shards: { sampler: 2, learner: 4 },
    parts: 1,
  });
});

test('while sampling, a model above 2 M parameters is cut into a part per core, if it can be', () => {
  const workload = { parameters: 5e6, cores: 2, rows };
  expect(recommendedThreads({ ...workload, divisible: 8 })).toMatchObject({ shards: { sampler: 1 }, parts: 2 });
  expect(recommendedThreads({ ...workload, divisible: 3 })).toMatchObject({ shards: { sampler: 2 }, parts: 1 });
  expect(recommendedThreads({ ...workload, parameters: 1e6, divisible: 8 })).toMatchObject({ parts: 1 });
  // Not cut, it must not be left to one core.
  expect(recommendedThreads({ ...workload, parameters: 60e6, divisible: 8 })).toMatchObject({
    shards: { sampler: 2 },
    parts: 1,
  });
  expect(recommendedThreads({ ...workload, cores: 4, divisible: 6 })).toMatchObject({
    shards: { sampler: 1 },
    parts: 3,
  });
  expect(recommendedThreads({ ...workload, cores: 8, divisible: 4 })).toMatchObject({
    shards: { sampler: 2 },
    parts: 4,
  });
});

test('large models, a single core and a GPU get one shard', () => {
  const whole = { sampler: 1, learner: 1 };
  expect(recommendedThreads({ parameters: 1e9, cores: 8 })).toEqual({
    threads: { intraOp: 8, interOp: 1 },
    shards: whole,
    parts: 1,
  });
  expect(recommendedThreads({ parameters: 1e6, cores: 1 }).shards).toEqual(whole);
  expect(recommendedThreads({ parameters: 1e6, cores: 8, gpu: true })).toEqual({
    threads: { intraOp: 1, interOp: 8 },
    shards: whole,
    parts: 1,
  });
});

test('the shards of a sampler divide its rows, and no learner shard is empty', () => {
  expect(recommendedThreads({ parameters: 1e6, cores: 8, rows: { sampler: 12, learner: 5 } }).shards).toEqual({
    sampler: 6,
    learner: 5,
  });
  const counts = fc.integer({ min: 1, max: 300 });
  fc.assert(
    fc.property(counts, counts, fc.integer({ min: 1, max: 64 }), (sampler, learner, cores) => {
      const { shards } = recommendedThreads({ parameters: 1e6, cores, rows: { sampler, learner } });
      expect(sampler % shards.sampler).toBe(0);
      expect(shards.sampler).toBeLessThanOrEqual(cores);
      expect(shards.learner).toBeLessThanOrEqual(learner);
    }),
  );
});

test.each([
  [{ parameters: 0, cores: 2 }, 'parameters: above 0, got 0'],
  [{ parameters: Number.NaN, cores: 2 }, 'parameters: above 0, got NaN'],
  [{ parameters: 1, cores: 1.5 }, 'cores: a whole number above 0, got 1.5'],
  [{ parameters: 1, cores: 1, rows: { sampler: 0, learner: 1 } }, 'rows.sampler: a whole number above 0, got 0'],
])('%j is refused', (workload, message) => {
  expect(() => recommendedThreads(workload)).toThrow(new RangeError(message));
});
