import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { broken, byAnswer, DEFINITIONS, groupOf, js } from '../test/written-group.js';
import type { Embedding } from './embedding.js';
import { scoreGroup } from './scored-group.js';
import { type ShapingOptions, shapingPart } from './shaping-part.js';

const definitions = () => DEFINITIONS;
/** The code is its own vector: `3,4` is [3, 4]. */
const embedding: Embedding = (codes) => codes.map((code) => code.split(',').map(Number));
const right = (code: string) => ({ turns: [[js(code)], []], answer: 'right' });
const wrong = (code: string) => ({ turns: [[js(code)], []], answer: 'wrong' });

async function shape(group: ReturnType<typeof groupOf>, options: Partial<ShapingOptions<typeof group.task>> = {}) {
  return shapingPart({ definitions, embedding, ...options })(await scoreGroup(group, byAnswer));
}

describe('shapingPart', () => {
  it('gives a failure alpha times its mean similarity to the successes (example E)', async () => {
    // cos = .8 to the first, .6 to the second: .5 * .7 = .35.
    const { values, metrics } = await shape(groupOf(right('1,0'), right('0,1'), wrong('4,3')));
    expect([...values.slice(0, 5)]).toEqual([0, 0, 0, 0, 0]);
    expect(values[5]).toBeCloseTo(0.35, 12);
    expect(metrics).toEqual({
      shaping_share: { sum: 1, count: 1 },
      shaping_similarity: { sum: expect.closeTo(0.7, 12), count: 1 },
    });
  });

  it('counts an opposite direction as 0, never below', async () => {
    const { values } = await shape(groupOf(right('1,0'), right('-1,0'), wrong('2,0')));
    // max(0, 1) and max(0, -1): mean .5.
    expect(values[5]).toBe(0.25);
  });

  it('gives a failure without code 0, and leaves the others as they are', async () => {
    const { values, metrics } = await shape(
      groupOf(right('1,0'), { turns: [[broken]], answer: 'wrong' }, wrong('5,0')),
    );
    expect([...values]).toEqual([0, 0, 0, 0, 0.5]);
    expect(metrics?.['shaping_share']).toEqual({ sum: 1, count: 2 });
    expect(metrics?.['shaping_similarity']).toEqual({ sum: 1, count: 1 });
  });

  it.each([
    ['a success without a call', { turns: [[]], answer: 'right' }],
    ['a success with blank code', { turns: [[js('  ')]], answer: 'right' }],
    ['a success whose code holds nothing', { turns: [[js('0,0')]], answer: 'right' }],
  ])('leaves %s out of the successes', async (_, success) => {
    const { values } = await shape(groupOf(success, right('1,0'), wrong('4,3')));
    expect(values.at(-1)).toBeCloseTo(0.4, 12);
    const none = await shape(groupOf(success, wrong('4,3')));
    expect([...none.values]).toEqual([0, 0, 0]);
  });

  it('does nothing without a success, and asks no embedding then', async () => {
    const watched = vi.fn(embedding);
    const { values, metrics } = await shape(groupOf(wrong('1,0'), wrong('2,0')), { embedding: watched });
    expect([...values]).toEqual([0, 0, 0, 0]);
    expect(metrics?.['shaping_share']).toEqual({ sum: 0, count: 2 });
    await shape(groupOf(right('1,0'), right('2,0')), { embedding: watched });
    expect(watched).not.toHaveBeenCalled();
  });

  it('shapes a truncated trajectory on the last turn that it has', async () => {
    const { values } = await shape(
      groupOf(right('1,0'), { turns: [[js('1,0')]], answer: null, stopReason: 'token-limit' }),
    );
    expect([...values]).toEqual([0, 0, 0.5]);
  });

  it('takes excluded trajectories neither for successes nor for failures', async () => {
    const excluded = { turns: [[js('1,0')]], stopReason: 'aborted' as const };
    const { values, metrics } = await shape(groupOf(excluded, { turns: [[js('1,0')]], answer: 'down' }, wrong('1,0')));
    expect([...values]).toEqual([0, 0, 0, 0]);
    expect(metrics?.['shaping_share']).toEqual({ sum: 0, count: 1 });
  });

  it('embeds each distinct code of the group once', async () => {
    const watched = vi.fn(embedding);
    await shape(groupOf(right('1,0'), right('1,0'), wrong('4,3'), wrong('1,0'), wrong('4,3')), { embedding: watched });
    expect(watched.mock.calls).toEqual([[['1,0', '4,3']]]);
  });

  it('stays in [0, alpha]', async () => {
    const code = fc.tuple(fc.integer({ min: -3, max: 3 }), fc.integer({ min: -3, max: 3 })).map(String);
    const groups = fc.tuple(fc.array(code), fc.array(code), fc.double({ min: 0, max: 1, noNaN: true }));
    await fc.assert(
      fc.asyncProperty(groups, async ([rights, wrongs, alpha]) => {
        const { values } = await shape(groupOf(...rights.map(right), ...wrongs.map(wrong)), { alpha });
        expect(values.every((value) => value >= 0 && value <= alpha)).toBe(true);
      }),
    );
  });

  it('refuses an alpha above 1, a missing vector, vectors of unequal length or not finite', async () => {
    expect(() => shapingPart({ definitions, alpha: 1.5 })).toThrow('alpha: must be in [0, 1], got 1.5');
    const group = groupOf(right('1,0'), wrong('4,3'));
    const shapeWith = (vectors: number[][]) => shape(group, { embedding: async () => vectors });
    await expect(shapeWith([[1]])).rejects.toThrow('embedding: must return 2 vectors, got 1');
    await expect(shapeWith([[1], [1, 2]])).rejects.toThrow('lengths must agree, got 2 and 1');
    await expect(shapeWith([[1], [Number.NaN]])).rejects.toThrow('must be finite, got NaN');
  });
});
