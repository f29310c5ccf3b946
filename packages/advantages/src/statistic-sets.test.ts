import { describe, expect, it } from 'vitest';
import { batchOf } from '../test/batch-of.js';
import { outcomesEqual, participants, statisticSets } from './statistic-sets.js';

const right = { rewards: [0], outcome: 1 };
const wrong = { rewards: [0] };
const out = { rewards: [0], outcome: 1, included: 0 as const };
const BATCH = batchOf([[right, wrong, out], [wrong, wrong, out], [], [{ rewards: [], outcome: 1 }, right]]);

describe('statisticSets', () => {
  it('is the groups, or one set of everything', () => {
    expect([...statisticSets(BATCH, 'group')]).toEqual([0, 3, 6, 6, 8]);
    expect([...statisticSets(BATCH, 'batch')]).toEqual([0, 8]);
    expect(() => statisticSets(BATCH, 'turn' as 'group')).toThrow("scope: must be 'group' or 'batch', got turn");
  });
});

describe('participants', () => {
  it('are included, with a turn, and not in a gated group', () => {
    expect([...participants(BATCH, 'none')]).toEqual([1, 1, 0, 1, 1, 0, 0, 1]);
    expect([...participants(BATCH, 'outcome')]).toEqual([1, 1, 0, 0, 0, 0, 0, 0]);
    expect(() => participants(BATCH, 'return' as 'none')).toThrow("gate: must be 'none' or 'outcome', got return");
  });
});

describe('outcomesEqual', () => {
  it('reads the included trajectories of one group', () => {
    expect([0, 1, 2, 3].map((g) => outcomesEqual(BATCH, g))).toEqual([false, true, true, true]);
    // The first included outcome is 0, and the one that differs comes last.
    expect(outcomesEqual(batchOf([[out, wrong, wrong, right]]), 0)).toBe(false);
  });
});
