import { expect, test } from 'vitest';
import { chooseRows } from './choose-rows.js';
import { GPU_ROWS } from './gpu-rows.js';
import { POLICY_ROWS } from './policy-rows.js';

const idsOf = (...names: string[]) => chooseRows(POLICY_ROWS, names).map(({ id }) => id);

test('by id, by the beginning, in their own order', () => {
  expect(idsOf('sample-d256-32', 'step-d128')).toEqual(['step-d128', 'sample-d256-32']);
  expect(idsOf('sample-d128')).toEqual(['sample-d128-1', 'sample-d128-32', 'sample-d128-256']);
  expect(idsOf('sample-d128-1')).toEqual(['sample-d128-1']);
  expect(idsOf()).toHaveLength(POLICY_ROWS.length);
});

test('an unknown name is told with those that there are', () => {
  expect(() => idsOf('step', 'samples')).toThrow(/^--only: one of same-d128, .*, or their beginning, got "samples"$/);
});

test.each([
  ['policy', POLICY_ROWS],
  ['gpu', GPU_ROWS],
])('no two rows of %s have one id', (_, rows) => {
  expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
});
